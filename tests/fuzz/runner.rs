//! Runs a target: what was found before, then files that are made of its seeds.

use super::memory::limited;
use super::mutate::Mutator;
use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

/// The longest that a parser may take for a file.
pub const LONGEST: Duration = Duration::from_secs(1);

/// A run that takes too long is tried again, and measured by the time of the processor: the machine may have been busy.
const TRIES: usize = 3;

/// After this long, a parser is taken to hang.
const HANGING: Duration = Duration::from_secs(60);

/// Runs of each target in the normal tests.
const SHORT: usize = 1000;

/// Most files that are kept because something new came of them.
const MOST_KEPT: usize = 500;

/// Letters by which two sentences are told apart: behind them stands what a file holds.
const LETTERS: usize = 160;

/// What came of a file: what was read in a word, or the sentence by which it was refused.
pub type Outcome = Result<String, String>;

/// Reads a file.
pub type Parser = Box<dyn Fn(&[u8]) -> Outcome>;

/// A parser and what to try it on.
pub struct Target {
    /// The name of its test, and the beginning of the names of its files.
    pub name: &'static str,
    /// Files that are right, or nearly.
    pub seeds: Vec<Vec<u8>>,
    /// Words of the format.
    pub words: &'static [&'static [u8]],
    /// Brings checksums and lengths in order, which a parser would stop at.
    pub repair: fn(&mut Vec<u8>),
    /// The most memory that it may take, in MiB.
    pub mebibytes: usize,
    /// The parser.
    pub parse: Parser,
}

/// A file that is being tried.
#[derive(Clone)]
struct Trial {
    target: &'static str,
    file: Arc<Vec<u8>>,
    start: Instant,
}

static TRIAL: Mutex<Option<Trial>> = Mutex::new(None);

/// Memory is counted for the whole program: one target runs at a time.
static TURN: Mutex<()> = Mutex::new(());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a target has shown so far.
#[derive(Default)]
struct Seen {
    runs: usize,
    read: usize,
    slowest: Duration,
    most: usize,
}

impl Target {
    /// Runs it.
    ///
    /// # Panics
    /// It fails at a file, which is then stored.
    pub fn run(&self) {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| drop(thread::spawn(watch)));
        let _turn = lock(&TURN);
        if let Some(path) = env::var_os("FUZZ_FILE").map(PathBuf::from) {
            if self.owns(&path) {
                let outcome = self.run_once(fs::read(path).unwrap(), &mut Seen::default());
                println!("{}: {outcome:?}", self.name);
            }
            return;
        }
        let number = |variable: &str| env::var(variable).ok()?.parse().ok();
        let (runs, seed) = (number("FUZZ_RUNS").unwrap_or(SHORT), number("FUZZ_SEED").unwrap_or(0));
        let mut seen = Seen::default();
        let mut pool = self.seeds.clone();
        pool.extend(self.found());
        let mut known = HashSet::new();
        for file in &pool {
            known.insert(signature(&self.run_once(file.clone(), &mut seen)));
        }
        assert!(
            seen.read > 0,
            "{}: not one of the files to begin with is read",
            self.name
        );
        let most = pool.len() + MOST_KEPT;
        let start = Instant::now();
        let mut mutator = Mutator::new(seed as u64);
        for _ in 0..runs {
            let file = mutator.file(&pool, self.words, self.repair);
            let outcome = self.run_once(file.clone(), &mut seen);
            if pool.len() < most && known.insert(signature(&outcome)) {
                pool.push(file);
            }
        }
        self.tell(&seen, runs, start.elapsed(), pool.len());
    }

    /// Files that it once failed at.
    fn found(&self) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/found");
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        let its = paths.iter().filter(|path| self.owns(path));
        its.map(|path| fs::read(path).unwrap()).collect()
    }

    /// Whether a file is named after it.
    fn owns(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.split_once('.').is_some_and(|(target, _)| target == self.name)
    }

    fn run_once(&self, file: Vec<u8>, seen: &mut Seen) -> Outcome {
        let file = Arc::new(file);
        let mut fastest = Duration::MAX;
        let mut outcome = None;
        for number in 0..TRIES {
            let start = Instant::now();
            let before = if number > 0 { processor_time() } else { None };
            *lock(&TRIAL) = Some(Trial {
                target: self.name,
                file: Arc::clone(&file),
                start,
            });
            let parse = AssertUnwindSafe(|| (self.parse)(&file));
            let taken = limited(self.mebibytes << 20, || outcome = Some(catch_unwind(parse)));
            let used = before.and_then(|before| Some(processor_time()? - before));
            let time = used.unwrap_or_else(|| start.elapsed());
            *lock(&TRIAL) = None;
            fastest = fastest.min(time);
            seen.most = seen.most.max(taken);
            if fastest < LONGEST {
                break;
            }
        }
        seen.runs += 1;
        seen.slowest = seen.slowest.max(fastest);
        let fail = |what: &str| panic!("{}", sentence(self.name, what, &file));
        match outcome {
            Some(Ok(outcome)) if fastest < LONGEST => {
                seen.read += usize::from(outcome.is_ok());
                outcome
            }
            Some(Ok(_)) => fail("takes longer than a second of the processor's time"),
            _ => fail("panics"),
        }
    }

    fn tell(&self, seen: &Seen, runs: usize, time: Duration, pool: usize) {
        println!(
            "{}: {runs} runs, {:.0} a second, {:.1} % read, slowest {:.3} s, at most {} MiB, {pool} files kept",
            self.name,
            runs as f64 / time.as_secs_f64(),
            100.0 * seen.read as f64 / seen.runs as f64,
            seen.slowest.as_secs_f64(),
            seen.most >> 20,
        );
    }
}

/// What tells outcomes apart.
fn signature(outcome: &Outcome) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphabetic());
        letters.take(LETTERS).collect()
    };
    match outcome {
        Ok(what) => letters(&format!("read {what}")),
        Err(why) => letters(why),
    }
}

/// Stores a file that a target fails at, and says what is wrong and how to try it again.
fn sentence(target: &str, what: &str, file: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    file.hash(&mut hasher);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    let path = folder.join(format!("{target}.{:016x}", hasher.finish()));
    let stored = fs::create_dir_all(folder).and_then(|()| fs::write(&path, file));
    let path = path.display();
    match stored {
        Ok(()) => {
            format!("{target} {what}; try it again by `FUZZ_FILE={path} cargo test --release --test fuzz`")
        }
        Err(error) => format!("{target} {what}; the file cannot be written to {path}: {error}"),
    }
}

/// Ends the program where a panic would not: within an allocation, or while a parser hangs.
pub fn give_up(what: &str) -> ! {
    let trial = lock(&TRIAL).clone();
    if let Some(Trial { target, file, .. }) = trial {
        // Past the tests' own capturing of the output, which would be lost.
        let _ = writeln!(std::io::stderr(), "{}", sentence(target, what, &file));
    }
    std::process::exit(101);
}

/// What the program has used of the processors; nothing where Linux does not tell.
fn processor_time() -> Option<Duration> {
    const TICK: Duration = Duration::from_millis(10);
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // In the program and in the system, the 14th and 15th field; the second one is a name in brackets.
    let ticks = text.rsplit_once(')')?.1.split_whitespace().skip(11).take(2);
    Some(TICK * ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).sum())
}

fn watch() {
    loop {
        thread::sleep(LONGEST);
        let hangs = lock(&TRIAL)
            .as_ref()
            .is_some_and(|trial| trial.start.elapsed() > HANGING);
        if hangs {
            give_up("hangs");
        }
    }
}
