//! `ganomaly project check`: images are scored and kept in the project with their results.

use super::brought::{Candidate, Intake, candidates, check_no_project, without_masks};
use crate::conformal::{has_drifted, rate_in_force};
use crate::data::FramedImages;
use crate::native::arguments::DeviceArgs;
use crate::native::models::wait;
use crate::native::projects::content::{CheckedImage, Project, now};
use crate::native::projects::file::{self, ProjectFile};
use crate::native::projects::ruling::Ruling;
use crate::native::terminal::{Console, Interrupt, Outcome, sentence};
use crate::score::Detector;
use crate::weights::Weights;
use anyhow::{Context, Result, ensure};
use clap::Args;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// Arguments of `project check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Project file; it is replaced when everything is checked
    pub project: PathBuf,
    /// Image files, and folders whose files are taken, sub-folders included [default: only the images in the project
    /// that have no score yet]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Files that are looked at, at a time: what the networks see of them is in memory, their bytes are not.
const CHUNK: usize = 64;

/// Runs the command.
///
/// # Errors
/// The project has no model or cannot be read, the device failed, a file cannot be read or written; then the project is
/// as it was.
pub fn run(args: &CheckArgs, console: Console) -> Result<Outcome> {
    let interrupt = Interrupt::listen("Stopping; the project stays as it is.")?;
    let mut file = ProjectFile::open(&args.project)?;
    let model = file.model()?;
    let weights = Weights::parse(&model).with_context(|| format!("cannot use {}", args.project.display()))?;
    check_no_project(&args.paths)?;
    let candidates = without_masks(candidates(&args.paths)?, console);
    let compute = args.device.open()?;
    console.note(format_args!("{} on {}", file.project.name, compute.name));
    let mut check = Check {
        detector: Detector::new(&weights, &compute.device)?,
        file,
        checked: Vec::new(),
        brought: BTreeMap::new(),
        console,
        interrupt: &interrupt,
    };
    check.waiting_images()?;
    let known = check.new_images(&candidates)?;
    if check.checked.is_empty() {
        ensure!(
            !candidates.is_empty(),
            "there is nothing to check: no file was found, and every image in the project has been looked at"
        );
        ensure!(
            known == candidates.len(),
            "not one new image could be read: the project stays as it is"
        );
        console.note("These images are all in the project already: the project stays as it is");
        return Ok(Outcome::Done);
    }
    check.report();
    check.store(args, &model)
}

/// A project whose images are being checked.
struct Check<'a> {
    detector: Detector,
    file: ProjectFile,
    /// Places of the images that have got a score.
    checked: Vec<usize>,
    /// Where the files of new images are.
    brought: BTreeMap<String, PathBuf>,
    console: Console,
    interrupt: &'a Interrupt,
}

impl Check<'_> {
    /// Scores the images of the project that have no score: the page may not have come to them.
    fn waiting_images(&mut self) -> Result<()> {
        let images = &self.file.images;
        let waiting: Vec<usize> = (0..images.len())
            .filter(|&place| images[place].score.is_none())
            .collect();
        let bar = self.console.image_bar(waiting.len(), "checking");
        for chunk in waiting.chunks(CHUNK) {
            let (mut frames, mut read) = (self.no_frames(), Vec::with_capacity(chunk.len()));
            for &place in chunk {
                self.interrupt.check()?;
                match self.look(place, &mut frames) {
                    Ok(()) => read.push(place),
                    Err(error) => {
                        let image = &mut self.file.images[place];
                        let text = sentence(&error);
                        let warning = format!("warning: {} has no score: {text}", image.image.name);
                        bar.suspend(|| self.console.warn(warning));
                        image.error = Some(text);
                    }
                }
            }
            self.score(&read, &frames)?;
            bar.inc(chunk.len() as u64);
        }
        Ok(())
    }

    /// Reads an image of the project.
    fn look(&mut self, place: usize, frames: &mut FramedImages) -> Result<()> {
        let bytes = self.file.image(&self.file.images[place].image.id.clone())?;
        let framed = self.detector.card.look_at(&bytes)?;
        frames.push(&framed);
        self.file.images[place].remark = framed.remark;
        Ok(())
    }

    /// Scores the images that are brought; returns how many were in the project already.
    fn new_images(&mut self, candidates: &[Candidate]) -> Result<usize> {
        let seen = self.file.images.iter().map(|image| image.image.id.clone()).collect();
        let normals = self.file.project.normals.iter().map(|image| image.id.clone());
        let normals: HashSet<String> = normals.collect();
        let bar = self.console.image_bar(candidates.len(), "checking");
        let card = self.detector.card.clone();
        let look = |bytes: &[u8]| card.look_at(bytes);
        let mut intake = Intake::new(&look, seen, bar, self.console, self.interrupt);
        for chunk in candidates.chunks(CHUNK) {
            let mut frames = self.no_frames();
            let brought = intake.read(chunk, &mut frames)?;
            let before = self.file.images.len();
            for found in brought {
                if normals.contains(&found.image.id) {
                    let path = found.path.display();
                    intake.warn(format_args!(
                        "{path} is one of the normal images of the project: its verdict says nothing"
                    ));
                }
                if let Some(remark) = &found.remark {
                    intake.warn(format_args!("{}: {remark}", found.path.display()));
                }
                self.brought.insert(found.image.id.clone(), found.path);
                self.file.images.push(CheckedImage {
                    image: found.image,
                    remark: found.remark,
                    ..CheckedImage::default()
                });
            }
            let places: Vec<usize> = (before..self.file.images.len()).collect();
            self.score(&places, &frames)?;
        }
        Ok(intake.known)
    }

    fn no_frames(&self) -> FramedImages {
        let model = &self.detector.card.model;
        FramedImages::new(model.channels, model.size)
    }

    /// Gives the images at these places the scores of these frames.
    fn score(&mut self, places: &[usize], frames: &FramedImages) -> Result<()> {
        let scored = wait(self.detector.score_images(frames))?;
        for (&place, scored) in places.iter().zip(scored) {
            let image = &mut self.file.images[place];
            image.score = Some(scored.score);
            image.p_value = Some(self.detector.p_value(scored.score));
            image.error = None;
        }
        self.checked.extend(places);
        Ok(())
    }

    fn report(&self) {
        let images = &self.file.images;
        let flagged = Ruling::of(&self.file.project, images).map_or_else(String::new, |ruling| {
            let flagged = self.checked.iter().filter(|&&place| ruling.flags(&images[place]));
            format!(", {} flagged: {}", flagged.count(), ruling.promise)
        });
        self.console
            .note(format_args!("{} image(s) checked{flagged}", self.checked.len()));
        let p_values: Vec<f64> = self.checked.iter().filter_map(|&place| images[place].p_value).collect();
        let rate = rate_in_force(self.file.project.rate, self.detector.calibration.len());
        if has_drifted(&p_values, rate as f64 / 100.0, self.detector.calibration.len()) {
            self.console.warn(
                "warning: these images as a whole are unlike the normal ones, as under another light or with another camera: \
                 the promise on false alarms does not hold for them; take new normal images, and create the project anew",
            );
        }
    }

    fn store(mut self, args: &CheckArgs, model: &[u8]) -> Result<Outcome> {
        let (path, file) = (&args.project, &mut self.file);
        let project = Project {
            modified: now(),
            ..file.project.clone()
        };
        let images = std::mem::take(&mut file.images);
        let lost = file::write(path, &project, &images, model, &self.brought, Some(file))?;
        file::tell_written(path, lost, self.console);
        Ok(Outcome::Done)
    }
}
