//! `ganomaly project create`: from a folder of normal images to a project with a calibrated model.

use super::brought::{Brought, Candidate, Intake, candidates, check_normals};
use crate::conformal::{Calibration, rate_in_force, threshold};
use crate::data::FramedImages;
use crate::framing::{Framing, Region};
use crate::image::{ValueRange, decode_framed, glance};
use crate::learning::{FEWEST_IMAGES, LearnError, Learnt, Recipe, Request, Start, Suited, learn};
use crate::methods::{Method, MethodId, PatchCore};
use crate::native::arguments::{CHANNELS, DeviceArgs, method, one_of, value_range};
use crate::native::files;
use crate::native::models;
use crate::native::projects::content::{
    MODEL_FILE, Project, ProjectFraming, ProjectModel, ProjectSettings, now, random_id, usual_rate,
};
use crate::native::projects::file;
use crate::native::terminal::{Console, Interrupt, Outcome, TrainingBar};
use crate::weights::Precision;
use anyhow::{Result, ensure};
use clap::Args;
use serde_json::Map;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Arguments of `project create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Normal images: files, and folders with all their files; at least 10, better 100
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub normals: Vec<PathBuf>,
    /// Project file to write; its name ends in .ganomaly.zip
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace a project file that is there, and lose what is in it
    #[arg(long)]
    pub force: bool,
    /// Name for people [default: that of the file]
    #[arg(long)]
    pub name: Option<String>,
    /// How anomalies are told from normal images
    #[arg(long, value_parser = method(), default_value = PatchCore::ID, conflicts_with = "from")]
    pub method: MethodId,
    /// Start from the weights of a model rather than from nothing
    #[arg(long, value_name = "WEIGHTS")]
    pub from: Option<PathBuf>,
    /// Side of the images, or of their tiles, as the networks see them [default: as the method likes it]
    #[arg(long, value_name = "PIXELS", conflicts_with = "from")]
    pub size: Option<usize>,
    /// Colour channels: 1 (grey) or 3 (colour) [default: as most of the images have]
    #[arg(long, value_parser = one_of::<usize>(CHANNELS), conflicts_with = "from")]
    pub channels: Option<usize>,
    /// The part of the images that counts, in shares of their width and height [default: all of it]
    #[arg(long, value_name = "LEFT,TOP,WIDTH,HEIGHT", value_parser = region)]
    pub region: Option<Region>,
    /// Values of images with more than 8 bits a value that are black and white, such as 0,4095 [default: as the images
    /// that are learnt from have them]
    #[arg(long, value_name = "LOW,HIGH", value_parser = value_range)]
    pub value_range: Option<ValueRange>,
    /// Look at the images tile by tile: so many along the shorter side, 1 to 16 [default: as it suits their size]
    #[arg(long)]
    pub tiles: Option<usize>,
    /// Seed of the roles of the images, the first weights and the order of training
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
    /// Epochs at most [default: 20]; it ends before if the images for validation say so
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// What to compute on.
    #[command(flatten)]
    pub device: DeviceArgs,
}

fn region(text: &str) -> Result<Region, String> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match numbers[..] {
        [left, top, width, height] => Ok(Region {
            left,
            top,
            width,
            height,
        }),
        _ => Err("four numbers from 0 to 1 are needed, as in 0.1,0.2,0.5,0.5".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// A project that may not be replaced, a whole data set or a project file among the normal images, too few images, an
/// impossible setting, a failing device, a file that cannot be read or written.
pub fn run(args: &CreateArgs, console: Console) -> Result<Outcome> {
    check_out(args)?;
    let interrupt = Interrupt::listen("Stopping; the best epoch so far is kept.")?;
    let base = models::load_base(args.from.as_deref())?;
    check_normals(&args.normals, console, &interrupt)?;
    let candidates = candidates(&args.normals)?;
    let mut request = request(args)?;
    let base_card = base.as_ref().map(|base| &base.card);
    let recipe_of = |images: [usize; 2], request: &Request| Recipe::new(images, request, base_card);
    let read = |files: &[Candidate], request: &Request| -> Result<(Vec<Brought>, FramedImages)> {
        let shape = recipe_of([files.len().max(FEWEST_IMAGES); 2], request)?.model;
        let mut images = FramedImages::new(shape.channels, shape.size);
        let bar = console.image_bar(files.len(), "reading");
        let look = |bytes: &[u8]| decode_framed(bytes, shape.channels, shape.size, &request.framing);
        let mut intake = Intake::new(&look, HashSet::new(), bar, console, &interrupt);
        Ok((intake.read(files, &mut images)?, images))
    };
    let (mut normals, mut images) = read(&candidates, &request)?;
    let recipe = recipe_of([normals.len(), images.frames.len()], &request)?;
    let order = by_content(&normals);
    let sample = recipe.sample.iter().map(|&place| &normals[order[place]]);
    if base.is_none() && suit(&mut request, sample, args, console) {
        let again = normals
            .into_iter()
            .map(|Brought { image, path, .. }| Candidate { path, name: image.name });
        (normals, images) = read(&again.collect::<Vec<_>>(), &request)?;
    }
    let compute = args.device.open()?;
    console.note(format_args!(
        "{}: {} normal images ({}), on {}",
        request.name,
        normals.len(),
        recipe.shares,
        compute.name
    ));
    let mut observer = TrainingBar::new(console, &interrupt);
    let front_end = models::front_end()?;
    let start = base.as_ref().map_or(Start::FrontEnd(&front_end), Start::From);
    let order = by_content(&normals);
    images = images.select(&order);
    let learnt = match pollster::block_on(learn(&images, &request, start, &compute, &mut observer)) {
        Err(error @ LearnError::NothingLearnt) => {
            console.warn(error);
            return Ok(Outcome::Interrupted);
        }
        learnt => learnt?,
    };
    let (stopped, epochs) = (learnt.stopped, learnt.detector.card.epochs_trained);
    tell_sight(&learnt, console);
    store(args, request.name, &normals, &order, learnt, console)?;
    if stopped {
        console.warn(format_args!("Stopped; the best epoch so far, {epochs}, is kept."));
        return Ok(Outcome::Interrupted);
    }
    Ok(Outcome::Done)
}

/// Says what the detector sees with the limit that a new project has.
fn tell_sight(learnt: &Learnt, console: Console) {
    let calibration = &learnt.detector.calibration;
    let rate = rate_in_force(usual_rate(), calibration.len());
    if let Some(limit) = threshold(calibration, rate as f64 / 100.0) {
        let sight = learnt.sight.in_words(limit);
        console.note(format_args!("At most {rate} % false alarms: {sight}."));
    }
}

/// Checks that the project may be written, before minutes are spent on it.
fn check_out(args: &CreateArgs) -> Result<()> {
    let out = &args.out;
    ensure!(
        file::is_project(out),
        "{} is no name for a project file: use one that ends in {}",
        out.display(),
        file::EXTENSION
    );
    ensure!(
        args.force || !out.exists(),
        "{} is there already: replace it and all that is in it by --force, or choose another --out",
        out.display()
    );
    Ok(())
}

fn request(args: &CreateArgs) -> Result<Request> {
    let name = args.name.clone().unwrap_or_else(|| name_of(&args.out));
    ensure!(
        !name.trim().is_empty(),
        "the project has no name: give it one by --name"
    );
    Ok(Request {
        name,
        method: Some(args.method),
        size: args.size,
        channels: args.channels,
        framing: Framing {
            region: args.region.unwrap_or(Region::WHOLE),
            tiles: args.tiles.unwrap_or(1),
            squares: false,
        },
        value_range: args.value_range,
        seed: args.seed,
        epochs: args.epochs,
        ..Request::default()
    })
}

/// The places of images in the order of their content: the same ones make the same model, in whatever order and by whatever
/// names they are brought, and on the page, too.
fn by_content(images: &[Brought]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..images.len()).collect();
    order.sort_by(|&one, &other| images[one].image.id.cmp(&images[other].image.id));
    order
}

/// Fills in colours and tiles as they suit these images, where nothing else is asked for; says whether that is something else
/// than before.
fn suit<'a>(
    request: &mut Request,
    sample: impl Iterator<Item = &'a Brought>,
    args: &CreateArgs,
    console: Console,
) -> bool {
    let before = request.clone();
    let glances = sample.filter_map(|brought| {
        let bytes = files::read_image(&brought.path).ok()?;
        glance(&bytes).ok()
    });
    let suited = Suited::of(&glances.collect::<Vec<_>>(), request.framing.region, args.method);
    request.channels = request.channels.or(Some(suited.channels));
    if args.tiles.is_none() {
        request.framing = suited.framing;
        let frames = suited.framing.frames(suited.width, suited.height);
        if let [frame, _, ..] = &frames[..] {
            let (width, height, side, count) = (suited.width, suited.height, frame.width, frames.len());
            console.note(format_args!(
                "The images have {width}x{height} pixels: each is looked at in {count} squares of {side}, so that small \
                 defects are seen; --tiles chooses otherwise"
            ));
        }
    }
    *request != before
}

/// What a project is called that nobody has given a name.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.strip_suffix(file::EXTENSION).unwrap_or(&name).to_owned()
}

/// What the user has chosen, as the page keeps it: what is left open stays so.
fn settings(args: &CreateArgs) -> ProjectSettings {
    ProjectSettings {
        size: args.size,
        channels: args.channels,
        framing: ProjectFraming {
            region: args.region.filter(|&region| region != Region::WHOLE),
            tiles: args.tiles,
        },
        value_range: args.value_range,
        method: args.from.is_none().then_some(args.method),
        epochs: args.epochs,
        seed: args.seed,
        ..ProjectSettings::default()
    }
}

/// Writes the project; `order` are the places of the normal images as they were learnt from.
fn store(
    args: &CreateArgs,
    name: String,
    normals: &[Brought],
    order: &[usize],
    learnt: Learnt,
    console: Console,
) -> Result<()> {
    let weights = models::wait(learnt.detector.weights())?;
    let ids = || normals.iter().map(|brought| brought.image.id.clone());
    let model = ProjectModel {
        file: MODEL_FILE.to_owned(),
        card: weights.card.clone(),
        calibration: Calibration::of(&weights.calibration),
        best_epoch: Some(weights.card.epochs_trained),
        split: Some(learnt.shares),
        settings: Some(settings(args)),
        trained_on: order.iter().map(|&place| normals[place].image.id.clone()).collect(),
        known: learnt.known,
        sight: Some(learnt.sight),
        other: Map::new(),
    };
    let time = now();
    let project = Project {
        id: random_id(),
        name,
        created: time.clone(),
        modified: time,
        settings: settings(args),
        rate: usual_rate(),
        normals: normals.iter().map(|brought| brought.image.clone()).collect(),
        model: Some(model),
        ..Project::default()
    };
    let paths = ids().zip(normals.iter().map(|brought| brought.path.clone()));
    let model = weights.to_bytes(Precision::Full)?;
    let lost = file::write(&args.out, &project, &[], &model, &paths.collect(), None)?;
    file::tell_written(&args.out, lost, console);
    Ok(())
}
