//! `ganomaly project create`: from a folder of normal images to a project with a calibrated model.

use super::args::CreateArgs;
use super::brought::{Brought, read};
use super::file::{self, Project, ProjectModel, Settings, Stored};
use super::now;
use crate::config::ModelConfig;
use crate::data::FramedImages;
use crate::device;
use crate::event::TrainingEvent;
use crate::framing::{Framing, Region};
use crate::image::is_coloured;
use crate::learning::{Learnt, Recipe, Request, Start, learn};
use crate::native::Outcome;
use crate::native::console::Console;
use crate::native::files;
use crate::native::interrupt::Interrupt;
use crate::native::observer::TrainingBar;
use crate::trainer::{Flow, Observer, ObserverError};
use crate::weights::Precision;
use anyhow::Result;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Images that are looked at before the settings are made.
const SAMPLE: usize = 16;

/// Runs the command.
///
/// # Errors
/// Too few images, an impossible setting, a failing device, a file that cannot be read or written.
pub fn run(args: &CreateArgs, console: Console) -> Result<Outcome> {
    let interrupt = Interrupt::listen("Stopping; the best epoch so far is kept.")?;
    let base = files::load_base(args.from.as_deref())?;
    let paths = files::list(&args.normals)?;
    let request = request(args, &paths);
    request.framing.validate()?;
    let shape = base.as_ref().map_or_else(
        || ModelConfig {
            channels: request.channels.unwrap_or(1),
            size: request.size.unwrap_or(32),
            ..ModelConfig::default()
        },
        |base| base.card.model.clone(),
    );
    shape.validate()?;

    let mut images = FramedImages::new(shape.channels, shape.size);
    let normals = read(
        &paths,
        &mut images,
        &request.framing,
        &mut HashSet::new(),
        (console, &interrupt),
    )?;
    let recipe = Recipe::new(
        [normals.len(), images.frames.len()],
        &request,
        base.as_ref().map(|base| &base.card),
    )?;
    let compute = pollster::block_on(device::open(args.device.device.into()))?;
    console.note(format_args!(
        "{}: {} normal images ({} to learn from, {} for validation, {} for calibration), on {}",
        request.name,
        normals.len(),
        recipe.shares.training,
        recipe.shares.validation,
        recipe.shares.calibration,
        compute.name
    ));
    let mut observer = Watch {
        bar: TrainingBar::new(console),
        interrupt: &interrupt,
    };
    let learnt = pollster::block_on(learn(
        &images,
        &request,
        base.as_ref().map_or(Start::Nothing, Start::From),
        &compute,
        &mut observer,
    ))?;
    store(args, &request, &normals, learnt, console)?;
    Ok(Outcome::Done)
}

fn request(args: &CreateArgs, normals: &[PathBuf]) -> Request {
    let channels = args.channels.as_deref().and_then(|channels| channels.parse().ok());
    Request {
        name: args.name.clone().unwrap_or_else(|| name_of(&args.out)),
        size: args.size,
        channels: Some(channels.unwrap_or_else(|| if are_coloured(normals) { 3 } else { 1 })),
        framing: Framing {
            region: args.region.unwrap_or(Region::WHOLE),
            tiles: args.tiles,
        },
        seed: args.seed,
        epochs: args.epochs,
        ..Request::default()
    }
}

/// Whether most of some images from all over the list are coloured; those that cannot be read are named later.
fn are_coloured(paths: &[PathBuf]) -> bool {
    let some = paths.iter().step_by(paths.len().div_ceil(SAMPLE).max(1));
    let looks = some.filter_map(|path| is_coloured(&files::read_image(path).ok()?).ok());
    let (coloured, grey): (Vec<bool>, Vec<bool>) = looks.partition(|&coloured| coloured);
    coloured.len() > grey.len()
}

/// What a project is called that nobody has given a name.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.strip_suffix(file::EXTENSION).unwrap_or(&name).to_owned()
}

fn store(args: &CreateArgs, request: &Request, normals: &[Brought], learnt: Learnt, console: Console) -> Result<()> {
    let weights = pollster::block_on(learnt.detector.weights())?;
    let ids = normals.iter().map(|brought| brought.image.id.clone()).collect();
    let time = now();
    let project = Project {
        id: super::random_id(),
        name: request.name.clone(),
        created: time.clone(),
        modified: time,
        settings: Settings {
            size: args.size,
            channels: request.channels,
            framing: request.framing.into(),
            seed: args.seed,
            ..Settings::default()
        },
        rate: 5.0,
        normals: normals.iter().map(|brought| brought.image.clone()).collect(),
        model: Some(ProjectModel::new(&weights, learnt.shares, ids, learnt.known)),
        other: serde_json::Map::new(),
    };
    let places = normals
        .iter()
        .map(|brought| (brought.image.id.clone(), Stored::File(brought.path.clone())));
    let model = weights.to_bytes(Precision::Full)?;
    file::write(&args.out, &project, &[], Some(&model), &places.collect(), None)?;
    console.note(format_args!("Wrote {}", args.out.display()));
    Ok(())
}

struct Watch<'a> {
    bar: TrainingBar,
    interrupt: &'a Interrupt,
}

impl Observer for Watch<'_> {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        self.bar.show(&event);
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        if self.interrupt.asked() {
            Flow::Stop
        } else {
            Flow::Continue
        }
    }
}
