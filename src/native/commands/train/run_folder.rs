//! The folder of a training run: its plan, its last checkpoint, its log and its finished model.

use crate::event::TrainingEvent;
use crate::native::commands::train::plan::Plan;
use crate::native::files;
use crate::native::models;
use crate::weights::Weights;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Longest plan that is read, in bytes.
const LARGEST_PLAN: usize = 1 << 20;

/// The folder of a run.
#[derive(Debug, Clone)]
pub struct RunFolder {
    folder: PathBuf,
}

impl RunFolder {
    /// The folder at this path, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    /// The weights, the optimisers' state and the settings after the last whole epoch.
    pub fn checkpoint(&self) -> PathBuf {
        self.folder.join("checkpoint.safetensors")
    }

    /// The finished model.
    pub fn model(&self) -> PathBuf {
        self.folder.join("model.safetensors")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log.jsonl")
    }

    fn plan(&self) -> PathBuf {
        self.folder.join("run.json")
    }

    fn parts(&self) -> [PathBuf; 4] {
        [self.plan(), self.checkpoint(), self.log(), self.model()]
    }

    /// Checks that a new run may start here.
    ///
    /// # Errors
    /// The folder holds a run, and `force` does not say that it may be lost.
    pub fn check_free(&self, force: bool) -> Result<()> {
        if force || !self.parts().iter().any(|path| path.exists()) {
            return Ok(());
        }
        bail!(
            "{} already holds a run: go on with it by --resume, replace it by --force, or choose another --out",
            self.folder.display()
        );
    }

    /// Starts a new run. What is there of an earlier one is deleted.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn start(&self, plan: &Plan) -> Result<()> {
        for path in self.parts().into_iter().filter(|path| path.exists()) {
            fs::remove_file(&path).with_context(|| format!("cannot delete {}", path.display()))?;
        }
        self.store_plan(plan)?;
        files::remove_unfinished(&self.folder)
    }

    /// Remembers what the run is.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn store_plan(&self, plan: &Plan) -> Result<()> {
        let mut json = serde_json::to_vec_pretty(plan)?;
        json.push(b'\n');
        files::write_atomically(&self.plan(), &json)
    }

    /// The plan of the run that the folder holds.
    ///
    /// # Errors
    /// There is no run or its plan cannot be read.
    pub fn load_plan(&self) -> Result<Plan> {
        let path = self.plan();
        if !path.exists() {
            bail!(
                "{} does not hold a run: there is nothing to resume",
                self.folder.display()
            );
        }
        let json = files::read_bounded(&path, LARGEST_PLAN)?;
        files::remove_unfinished(&self.folder)?;
        Plan::read(&json).with_context(|| format!("{} is damaged", path.display()))
    }

    /// The last checkpoint, if there is one.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn load_checkpoint(&self) -> Result<Option<Weights>> {
        models::load_base(Some(self.checkpoint()).filter(|path| path.exists()).as_deref())
    }

    /// Opens the log to add to it.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open_log(&self) -> Result<Log> {
        let path = self.log();
        let cannot = || files::not_written(&path);
        let torn = path.exists() && !fs::read(&path).with_context(cannot)?.ends_with(b"\n");
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(cannot)?;
        if torn && file.metadata().with_context(cannot)?.len() > 0 {
            // The run was killed in the middle of a line: the next one starts anew.
            file.write_all(b"\n").with_context(cannot)?;
        }
        Ok(Log { path, file })
    }
}

/// The log of a run: one event a line, as JSON.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Adds an event, in one write, so that a killed run leaves whole lines. Pictures and checkpoints are left out.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, event: &TrainingEvent) -> Result<()> {
        if matches!(event, TrainingEvent::Samples { .. } | TrainingEvent::Checkpoint { .. }) {
            return Ok(());
        }
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.file
            .write_all(&line)
            .with_context(|| files::not_written(&self.path))
    }
}
