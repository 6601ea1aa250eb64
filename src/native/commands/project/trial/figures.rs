//! What a trial finds, as JSON and as lines of text.

use crate::methods::MethodId;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the JSON file holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// False alarms that were allowed: a share, 0 to 1.
    pub rate: f64,
    /// The trials.
    pub trials: Vec<Trial>,
}

/// Projects of one data set, one method and one number of normal images.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// The data set's name.
    pub dataset: String,
    /// How anomalies were told from normal images.
    pub method: MethodId,
    /// Side of the images as the networks saw them.
    pub size: usize,
    /// Their channels.
    pub channels: usize,
    /// Normal images that each project got.
    pub images: usize,
    /// Name of the model that the projects started from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The projects, each of other normal images.
    pub draws: Vec<Draw>,
}

/// One choice of normal images.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Draw {
    /// Its seed.
    pub seed: u64,
    /// On all test images.
    pub auc: f64,
    /// Anomalies of the test set.
    pub found: Flagged,
    /// Share of the defects that the project draws itself into normal images, and finds, 0 to 1: what it says of itself without an
    /// anomaly; nothing where the rate cannot be promised.
    pub drawn: Option<f64>,
    /// The anomalies of each class.
    pub classes: BTreeMap<String, Class>,
    /// Normal images of the test set.
    pub test: Flagged,
    /// Normal training images that the project did not get.
    pub others: Flagged,
    /// Of learning, without scoring the test images.
    pub seconds: f64,
    /// Of scoring.
    pub milliseconds_an_image: f64,
    /// Epochs learnt.
    pub epochs: usize,
}

/// Anomalies of one class.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Class {
    /// Against the normal test images.
    pub auc: f64,
    /// How many were flagged.
    pub found: usize,
    /// How many there are.
    pub images: usize,
}

/// What a threshold does to images that the project has not seen.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flagged {
    /// The images.
    pub images: usize,
    /// How many of them are flagged.
    pub flagged: usize,
    /// Where that number lies in 95 of 100 cases if these are normal images like those of the project; nothing if the
    /// project cannot promise the rate.
    pub expected: Option<[usize; 2]>,
}

impl Flagged {
    /// The share that is flagged; 0 of none.
    pub fn share(&self) -> f64 {
        self.flagged as f64 / self.images.max(1) as f64
    }
}

impl Draw {
    /// The draw for people.
    pub fn line(&self) -> String {
        let alarms = |alarms: &Flagged| {
            let expected = alarms
                .expected
                .map_or("nothing promised".to_owned(), |[low, high]| format!("{low} to {high}"));
            format!("{} of {} ({expected})", alarms.flagged, alarms.images)
        };
        let class = |(name, class): (&String, &Class)| {
            format!("{name} {:.3}, {} of {} found", class.auc, class.found, class.images)
        };
        let classes: Vec<String> = self.classes.iter().map(class).collect();
        format!(
            "draw {}: AUC {:.4}, false alarms {} in the test set, {} of other training images, {:.0} s, epoch {}; {}",
            self.seed,
            self.auc,
            alarms(&self.test),
            alarms(&self.others),
            self.seconds,
            self.epochs,
            classes.join("; ")
        )
    }
}

impl Trial {
    /// Means over the draws: AUC, the shares of the anomalies, of the normal test images and of the other normal images that
    /// are flagged, the seconds that learning took, the milliseconds that scoring an image took, and the share of the drawn
    /// defects that is found.
    fn means(&self) -> [f64; 7] {
        let mean = |figure: fn(&Draw) -> f64| self.draws.iter().map(figure).sum::<f64>() / self.draws.len() as f64;
        [
            mean(|draw| draw.auc),
            mean(|draw| draw.found.share()),
            mean(|draw| draw.test.share()),
            mean(|draw| draw.others.share()),
            mean(|draw| draw.seconds),
            mean(|draw| draw.milliseconds_an_image),
            mean(|draw| draw.drawn.unwrap_or(0.0)),
        ]
    }

    /// The trial for people.
    pub fn line(&self) -> String {
        let [auc, found, ..] = self.means();
        format!(
            "{}, {}, {} normal images: mean AUC {auc:.4}, {:.1} % of the anomalies found",
            self.dataset,
            self.method.id,
            self.images,
            100.0 * found
        )
    }
}

/// All trials as a Markdown table.
pub fn table(trials: &[Trial]) -> String {
    let mut lines = vec![
        "| data set | method | normal images | AUC (lowest, highest) | anomalies found | drawn defects found | false alarms, \
         test | false alarms, others | learnt in | an image |"
            .to_owned(),
        "|---|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    for trial in trials {
        let [auc, found, test, others, seconds, milliseconds, drawn] = trial.means();
        let aucs = trial.draws.iter().map(|draw| draw.auc);
        let (low, high) = aucs.fold((1.0, 0.0), |(low, high), auc| (auc.min(low), auc.max(high)));
        lines.push(format!(
            "| {} | {} | {} | {auc:.3} ({low:.3}, {high:.3}) | {:.1} % | {:.1} % | {:.1} % | {:.1} % | {seconds:.1} s | \
             {milliseconds:.0} ms |",
            trial.dataset,
            trial.method.id,
            trial.images,
            100.0 * found,
            100.0 * drawn,
            100.0 * test,
            100.0 * others
        ));
    }
    lines.join("\n")
}
