//! `ganomaly train`: trains a model, keeps a checkpoint after every epoch, and goes on from it when asked to.

pub mod args;
mod images;
mod observer;
pub mod plan;
mod run_folder;
pub mod source;

use crate::SOFTWARE;
use crate::card::{DataCard, ModelCard};
use crate::device::{Compute, DeviceChoice};
use crate::learning::Start;
use crate::native::commands::train::args::TrainArgs;
use crate::native::commands::train::images::TrainingData;
use crate::native::commands::train::observer::RunObserver;
use crate::native::commands::train::plan::Plan;
use crate::native::commands::train::run_folder::RunFolder;
use crate::native::files;
use crate::native::models;
use crate::native::models::scoring::{finished, judge};
use crate::native::terminal::{Console, Interrupt, Outcome, sentence};
use crate::trainer::Trainer;
use crate::weights::Weights;
use anyhow::{Result, anyhow, ensure};

const STOPPING: &str = "Stopping at the next safe point.";

/// Runs the command: trains until the end or until the user interrupts.
///
/// # Errors
/// Impossible settings, unusable data or files, a full disk, a failing device. Checkpoints stay.
pub fn run(args: &TrainArgs, console: Console) -> Result<Outcome> {
    let interrupt = &Interrupt::listen(STOPPING)?;
    let folder = RunFolder::new(&args.out);
    let Prepared { plan, base, checkpoint } = prepare(args, &folder)?;
    let data = TrainingData::load(&plan, args.data.data.as_deref(), console, interrupt)?;
    let base_name = base.as_ref().map(|base| base.card.name.as_str());
    let card = ModelCard {
        value_range: data.value_range,
        ..plan.card(data.card.clone(), base_name)
    };
    let compute = args.device.open()?;
    console.note(format_args!("{}: {}, on {}", card.name, card.model, compute.name));

    let front_end = models::front_end()?;
    let start = match (&checkpoint, &base) {
        (Some(checkpoint), _) => Start::Resume(checkpoint),
        (None, Some(base)) => Start::From(base),
        (None, None) => Start::FrontEnd(&front_end),
    };
    if let Some(checkpoint) = &checkpoint {
        check_images(&checkpoint.card.data, &card.data)?;
    }
    let mut trainer = start.trainer(card, &compute)?;
    match checkpoint {
        Some(_) => folder.store_plan(&plan)?,
        None => folder.start(&plan)?,
    }
    let mut observer = RunObserver::new(&folder, resume_command(args), interrupt, console)?;
    let ran = pollster::block_on(trainer.run(&data.training, &mut observer));
    observer.clear();
    ran.map_err(|error| anyhow!("{}\n{}", sentence(&error.into()), observer.what_is_kept()))?;
    if observer.stopped {
        console.warn(format_args!("Stopped. {}", observer.what_is_kept()));
        return Ok(Outcome::Interrupted);
    }
    let finished = finish(&trainer, &plan, &data, &compute, &folder, console);
    finished.map_err(|error| anyhow!("{}\n{}", sentence(&error), observer.what_is_kept()))?;
    Ok(Outcome::Done)
}

/// The command that goes on with the run. The folder of data sets and the device are not part of a run.
fn resume_command(args: &TrainArgs) -> String {
    let mut command = format!("ganomaly train --resume --out {}", args.out.display());
    if let Some(data) = &args.data.data {
        command += &format!(" --data {}", data.display());
    }
    command += match args.device.device {
        DeviceChoice::Auto => "",
        DeviceChoice::Cpu => " --device cpu",
        DeviceChoice::Gpu => " --device gpu",
    };
    command
}

/// A run before it begins.
struct Prepared {
    plan: Plan,
    base: Option<Weights>,
    checkpoint: Option<Weights>,
}

fn prepare(args: &TrainArgs, folder: &RunFolder) -> Result<Prepared> {
    if args.resume {
        let plan = folder.load_plan()?.resumed(args)?;
        let mut checkpoint = folder.load_checkpoint()?;
        if let Some(checkpoint) = &mut checkpoint {
            let (done, wanted) = (checkpoint.card.epochs_trained, plan.training.epochs);
            ensure!(
                done <= wanted,
                "the run has {done} epochs already: --epochs {wanted} cannot shorten it"
            );
            checkpoint.card.training.epochs = wanted;
        }
        // A checkpoint has all that the run has taken from its base.
        let from = plan.from.as_deref().filter(|_| checkpoint.is_none());
        let base = models::load_base(from)?;
        return Ok(Prepared { plan, base, checkpoint });
    }
    folder.check_free(args.force)?;
    let base = models::load_base(args.from.as_deref())?;
    Ok(Prepared {
        plan: Plan::new(args, base.as_ref().map(|base| &base.card))?,
        base,
        checkpoint: None,
    })
}

/// Checks that the images of a run that goes on are still those that it was trained on.
fn check_images(before: &DataCard, now: &DataCard) -> Result<()> {
    ensure!(
        before.agrees_with(now),
        "the images are not those that the run began with ({} normal ones then, {} now): put them back to resume it, or \
         start a new run",
        before.normal_images,
        now.normal_images
    );
    Ok(())
}

/// Scores the calibration and test images with the weights as they are stored, and writes the model.
fn finish(
    trainer: &Trainer,
    plan: &Plan,
    data: &TrainingData,
    compute: &Compute,
    folder: &RunFolder,
    console: Console,
) -> Result<()> {
    let mut weights = models::wait(trainer.detector().weights())?;
    // A resumed run may have been started by an earlier version.
    weights.card.software = SOFTWARE.to_owned();
    let mut detector = finished(
        &weights,
        plan.precision,
        plan.score,
        [&data.training, &data.calibration],
        &compute.device,
    )?;
    if let Some(test) = &data.test {
        let judged = judge(&detector, test, console)?;
        console.note(format_args!("Test images, last epoch: {judged}"));
        detector.card.metrics = Some(judged.metrics);
    }
    let bytes = models::wait(detector.weights())?.to_bytes(plan.precision)?;
    files::write_atomically(&folder.model(), &bytes)?;
    console.note(format_args!(
        "Wrote {} ({} KiB)",
        folder.model().display(),
        bytes.len() / 1024
    ));
    Ok(())
}
