//! `ganomaly project check`: images are scored and kept in the project with their results.

use super::args::CheckArgs;
use super::brought::{Brought, CHUNK, read};
use super::file::{self, CheckedImage, ProjectFile, Stored};
use super::now;
use crate::data::FramedImages;
use crate::device::{self, failure};
use crate::native::Outcome;
use crate::native::console::Console;
use crate::native::files;
use crate::native::interrupt::Interrupt;
use crate::score::Detector;
use crate::weights::Weights;
use anyhow::{Result, anyhow, ensure};
use std::collections::{BTreeMap, HashSet};

/// Runs the command.
///
/// # Errors
/// The project has no model or cannot be read, the device failed, a file cannot be read or written; then the project is
/// as it was.
pub fn run(args: &CheckArgs, console: Console) -> Result<Outcome> {
    let interrupt = Interrupt::listen("Stopping; the project stays as it is.")?;
    let mut project_file = ProjectFile::open(&args.project)?;
    let model = project_file.model()?;
    let paths = files::list(&args.paths)?;
    let compute = pollster::block_on(device::open(args.device.device.into()))?;
    let detector = Detector::new(&Weights::parse(&model)?, &compute.device);
    console.note(format_args!("{} on {}", project_file.project.name, compute.name));

    let mut seen: HashSet<String> = project_file
        .images
        .iter()
        .map(|checked| checked.image.id.clone())
        .collect();
    let normals: HashSet<&str> = project_file
        .project
        .normals
        .iter()
        .map(|image| image.id.as_str())
        .collect();
    let bar = console.image_bar(paths.len(), "checking");
    let (mut checked, mut places) = (Vec::new(), BTreeMap::new());
    for chunk in paths.chunks(CHUNK) {
        let mut images = FramedImages::new(detector.card.model.channels, detector.card.model.size);
        let brought = read(
            chunk,
            &mut images,
            &detector.card.framing,
            &mut seen,
            (console, &interrupt),
        )?;
        let scored = pollster::block_on(detector.score_images(&images)).map_err(|error| anyhow!(failure(&error)))?;
        for (Brought { image, path }, scored) in brought.into_iter().zip(scored) {
            if normals.contains(image.id.as_str()) {
                console.warn(format_args!(
                    "warning: {} is one of the normal images of the project: its verdict says nothing",
                    path.display()
                ));
            }
            places.insert(image.id.clone(), Stored::File(path));
            checked.push(CheckedImage {
                image,
                score: Some(scored.score),
                p_value: Some(detector.p_value(scored.score)),
                error: None,
                review: String::new(),
                note: String::new(),
                other: serde_json::Map::new(),
            });
        }
        bar.inc(chunk.len() as u64);
    }
    bar.finish_and_clear();
    ensure!(
        !checked.is_empty(),
        "not one new image could be read: the project stays as it is"
    );
    report(&project_file, &detector, &checked, console);
    store(args, project_file, checked, places, &model, console)
}

fn report(project: &ProjectFile, detector: &Detector, checked: &[CheckedImage], console: Console) {
    let rate = project.project.rate;
    let flagged = checked.iter().filter(|checked| checked.is_flagged(rate));
    let strictest = 100.0 * crate::conformal::strictest_rate(detector.calibration.len());
    console.note(format_args!(
        "{} image(s), {} flagged at most {rate} % false alarms (the strictest promise of this model is {strictest:.1} %)",
        checked.len(),
        flagged.count()
    ));
}

fn store(
    args: &CheckArgs,
    mut from: ProjectFile,
    checked: Vec<CheckedImage>,
    places: BTreeMap<String, Stored>,
    model: &[u8],
    console: Console,
) -> Result<Outcome> {
    let mut project = from.project.clone();
    project.modified = now();
    let mut images = from.images.clone();
    images.extend(checked);
    let known = project
        .normals
        .iter()
        .chain(from.images.iter().map(|checked| &checked.image));
    let mut stored: BTreeMap<String, Stored> = known.map(|image| (image.id.clone(), Stored::Archive)).collect();
    stored.extend(places);
    let missing = file::write(&args.project, &project, &images, Some(model), &stored, Some(&mut from))?;
    if missing > 0 {
        console.warn(format_args!(
            "warning: {missing} image(s) could no longer be read and are not in the project file"
        ));
    }
    console.note(format_args!("Wrote {}", args.project.display()));
    Ok(Outcome::Done)
}
