//! What a training run is: its settings, from the arguments, a stored run or a model to fine-tune.

use crate::card::{DataCard, ModelCard, upgrade};
use crate::config::{ModelConfig, TrainingConfig};
use crate::image::ValueRange;
use crate::methods::{MethodId, MethodSettings};
use crate::native::commands::train::args::TrainArgs;
use crate::native::commands::train::source::{Source, absolute, source};
use crate::native::models::card::name;
use crate::normality::ScoreForm;
use crate::weights::Precision;
use anyhow::{Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Everything that decides what a run makes, but for the device. Stored in the run's folder, so that the run can go on
/// without its command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Where the images come from.
    pub source: Source,
    /// The method; runs of the first version had but one.
    #[serde(default)]
    pub method: MethodId,
    /// What the finished model scores images by.
    #[serde(default)]
    pub score: ScoreForm,
    /// Shape of the networks.
    pub model: ModelConfig,
    /// Settings of the training that every method has.
    pub training: TrainingConfig,
    /// The method's own settings.
    pub settings: MethodSettings,
    /// Which values of images with more than 8 bits a value are black and white, if not as the training images have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_range: Option<ValueRange>,
    /// Normal images set aside for the threshold, if not the default.
    pub calibration: Option<usize>,
    /// Training images used, if not all.
    pub limit: Option<usize>,
    /// Number format of the finished model.
    pub precision: Precision,
    /// Weights file that the run starts from.
    pub from: Option<PathBuf>,
}

impl Plan {
    /// Reads a stored plan of any version.
    ///
    /// # Errors
    /// It is no plan, or one with impossible settings.
    pub fn read(json: &[u8]) -> Result<Self> {
        let mut plan = serde_json::from_slice(json)?;
        upgrade(&mut plan);
        let mut plan: Self = serde_json::from_value(plan)?;
        plan.settings = plan.method.checked(&plan.model, &plan.settings)?;
        Ok(plan)
    }

    /// The plan of a new run. What the arguments leave open is as in `base`, the model that is fine-tuned, or as the
    /// authors have it.
    ///
    /// # Errors
    /// The arguments name no images, or contradict the model or each other.
    pub fn new(args: &TrainArgs, base: Option<&ModelCard>) -> Result<Self> {
        let Some(source) = source(args)? else {
            bail!("say what to train on: `--dataset mnist --anomaly 2`, or `--images FOLDER` with normal images");
        };
        let authors = || {
            let model = ModelConfig {
                channels: source.channels(),
                ..ModelConfig::default()
            };
            ModelCard::new(
                MethodId::default(),
                model,
                TrainingConfig::default(),
                DataCard::default(),
            )
        };
        let card = base.cloned().unwrap_or_else(authors);
        let method = args.method.unwrap_or(card.method);
        let mut plan = Self {
            source,
            method,
            score: card.score,
            model: card.model,
            training: card.training,
            settings: match method == card.method {
                true => card.settings,
                false => method.default_settings(),
            },
            value_range: None,
            calibration: None,
            limit: None,
            precision: Precision::Half,
            from: None,
        };
        plan.apply(args)?;
        let other = |base: &&ModelCard| base.shape() != (plan.method, &plan.model);
        if let Some(ModelCard {
            name, method, model, ..
        }) = base.filter(other)
        {
            bail!(
                "`--method`, `--size`, `--channels`, `--nz` and `--nf` cannot be changed when fine-tuning: {name} is a \
                 {method} model of {model}"
            );
        }
        plan.check()?;
        Ok(plan)
    }

    /// The plan of a run that goes on. Its settings may be repeated in the arguments, but only the number of epochs and
    /// the precision may be changed.
    ///
    /// # Errors
    /// The arguments differ from the stored plan.
    pub fn resumed(&self, args: &TrainArgs) -> Result<Self> {
        let mut plan = self.clone();
        plan.apply(args)?;
        let mut unchanged = plan.clone();
        unchanged.training.epochs = self.training.epochs;
        unchanged.precision = self.precision;
        if unchanged != *self {
            bail!(
                "the run in {} was started with other settings: resume it without repeating them, or start a new run \
                 with another --out",
                args.out.display()
            );
        }
        plan.check()?;
        Ok(plan)
    }

    /// The card of the model that the plan makes. `base` is the name of the model that is fine-tuned.
    pub fn card(&self, data: DataCard, base: Option<&str>) -> ModelCard {
        ModelCard {
            name: name(&data),
            settings: self.settings.clone(),
            score: self.score,
            fine_tuned_from: base.map(str::to_owned),
            ..ModelCard::new(self.method, self.model.clone(), self.training.clone(), data)
        }
    }

    fn apply(&mut self, args: &TrainArgs) -> Result<()> {
        if let Some(source) = source(args)? {
            self.source = source;
        }
        set(&mut self.method, args.method);
        set(&mut self.score, args.score);
        set(&mut self.model.size, args.size);
        set(&mut self.model.channels, args.channels);
        set(&mut self.model.latent_size, args.nz);
        set(&mut self.model.features, args.nf);
        let training = &mut self.training;
        set(&mut training.epochs, args.epochs);
        set(&mut training.batch_size, args.batch_size);
        set(&mut training.learning_rate, args.learning_rate);
        set(&mut training.augmentation, args.augmentation);
        set(&mut training.seed, args.seed);
        set(&mut self.precision, args.precision);
        for (name, value) in args.method_settings() {
            self.settings.set(&name, &value)?;
        }
        self.value_range = args.value_range.or(self.value_range);
        self.calibration = args.calibration.or(self.calibration);
        self.limit = args.limit.or(self.limit);
        self.from = args.from.as_deref().map(absolute).or(self.from.take());
        Ok(())
    }

    fn check(&mut self) -> Result<()> {
        // After this they are written alike, however they were given.
        self.settings = self.method.checked(&self.model, &self.settings)?;
        self.training.validate()?;
        self.value_range.map_or(Ok(()), |range| range.validate())?;
        ensure!(
            self.score.suits(self.method),
            "--score {} is made of what {} does not give: choose another score",
            self.score.id(),
            self.method
        );
        if !self.score.is_paper() && self.calibration == Some(0) {
            bail!(
                "--score {} learns what normal images score from images that are set aside: choose --calibration 10 or \
                 more, better 100",
                self.score.id()
            );
        }
        if let Source::Dataset { dataset, .. } = &self.source
            && let Some(known) = dataset.known()
            && known.channels == 1
            && self.model.channels != 1
        {
            bail!(
                "{} is grey: the model must have 1 channel, not {}",
                known.title,
                self.model.channels
            );
        }
        Ok(())
    }
}

fn set<T>(setting: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *setting = given;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn train(arguments: &str) -> TrainArgs {
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            args: TrainArgs,
        }
        let words = format!("train --out runs/x {arguments}");
        Line::parse_from(words.split_whitespace()).args
    }

    fn plan(arguments: &str) -> Result<Plan> {
        Plan::new(&train(arguments), None)
    }

    #[test]
    fn a_plan_has_what_was_asked_for_and_the_authors_settings() {
        let plan = plan("--dataset mnist --anomaly 2 --nf 8 --w-con 40 --latent-distance absolute").unwrap();
        assert_eq!((plan.model.features, plan.model.latent_size), (8, 100));
        assert_eq!(
            (plan.settings.to_string(), plan.training.batch_size),
            (
                "latentDistance \"absolute\", lossWeights.adversarial 1.0, lossWeights.contextual 40.0, \
                 lossWeights.encoder 1.0, resetDiscriminatorBelow 0.00001"
                    .to_owned(),
                64
            )
        );
    }

    #[test]
    fn impossible_plans_are_refused() {
        for arguments in [
            "",
            "--dataset mnist",
            "--images good --anomaly 2",
            "--dataset mnist --anomaly 10",
            "--dataset cifar10 --anomaly zebra",
            "--dataset fashion-mnist --anomaly 2 --channels 3",
            "--dataset mnist --anomaly 2 --size 30",
            "--dataset mnist --anomaly 2 --channels 3",
            "--dataset mnist --anomaly 2 --learning-rate 7",
        ] {
            assert!(plan(arguments).is_err(), "{arguments}");
        }
    }

    #[test]
    fn channels_are_those_of_the_data_set_unless_they_are_said() {
        let channels = |arguments: &str| plan(arguments).unwrap().model.channels;
        assert_eq!(channels("--dataset cifar10 --anomaly cat"), 3);
        assert_eq!(channels("--dataset cifar10 --anomaly cat --channels 1"), 1);
        assert_eq!(channels("--dataset some/folder"), 1);
    }

    #[test]
    fn classes_by_name_or_number_are_the_same_run() {
        let first = plan("--dataset cifar10 --anomaly Cat").unwrap();
        assert_eq!(first.resumed(&train("--dataset cifar10 --anomaly 3")).unwrap(), first);
    }

    #[test]
    fn runs_of_the_first_version_go_on() {
        let first = plan("--dataset mnist --anomaly 2 --protocol one-class").unwrap();
        let mut json = serde_json::to_value(&first).unwrap();
        json["source"] = serde_json::json!({"mnist": {"class": 2, "protocol": "one-class"}});
        assert_eq!(Plan::read(json.to_string().as_bytes()).unwrap(), first);
        json["source"] = serde_json::json!({"folder": "good"});
        assert_eq!(
            Plan::read(json.to_string().as_bytes()).unwrap().source,
            Source::Folder("good".into())
        );
    }

    #[test]
    fn a_resumed_run_may_be_longer_but_not_another() {
        let first = plan("--dataset mnist --anomaly 2 --nf 8").unwrap();
        let json = serde_json::to_string(&first).unwrap();
        let stored = Plan::read(json.as_bytes()).unwrap();
        assert_eq!(stored, first);
        assert_eq!(stored.resumed(&train("")).unwrap(), first);
        assert_eq!(stored.resumed(&train("--dataset mnist --anomaly 2")).unwrap(), first);
        assert_eq!(stored.resumed(&train("--epochs 30")).unwrap().training.epochs, 30);
        assert!(stored.resumed(&train("--dataset mnist --anomaly 3")).is_err());
        assert!(stored.resumed(&train("--seed 1")).is_err());
    }
}
