//! Where results are kept: appended line by line, read with care.

use super::{Cell, Details, Record};
use crate::native::files;
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Longest file of results that is read, in bytes.
const LARGEST_RESULTS: usize = 256 << 20;

/// Longest file of details that is read, in bytes.
const LARGEST_DETAILS: usize = 64 << 20;

/// A record and the folder that it was found in.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// Folder of results, which has the details.
    pub folder: PathBuf,
}

/// What folders of results hold.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// One record a cell, in the order in which the cells were first written.
    pub records: Vec<Stored>,
    /// Sentences on what was ignored.
    pub notes: Vec<String>,
}

/// The file that a run writes its records to; `shard` is (i, n), i from 1 to n, of a run that is one of n.
pub fn file(folder: &Path, shard: Option<(usize, usize)>) -> PathBuf {
    match shard {
        Some((index, count)) => folder.join(format!("results-{index}-of-{count}.jsonl")),
        None => folder.join("results.jsonl"),
    }
}

/// Adds a record to a file. The folder is made if it is missing; a torn last line is removed.
///
/// # Errors
/// A figure of the record is not one, or the file cannot be read or written.
pub fn append(path: &Path, record: &Record) -> Result<()> {
    record
        .validate()
        .with_context(|| format!("the result of {} cannot be kept", record.cell.id()))?;
    let mut lines = match path.exists() {
        true => files::read_bounded(path, LARGEST_RESULTS)?,
        false => Vec::new(),
    };
    mend(&mut lines);
    serde_json::to_writer(&mut lines, record)?;
    lines.push(b'\n');
    files::write_atomically(path, &lines)
}

/// Makes the last line whole: only its line break may be missing, else it is removed.
fn mend(lines: &mut Vec<u8>) {
    let last_break = lines.iter().rposition(|&byte| byte == b'\n');
    let start = last_break.map_or(0, |position| position + 1);
    match parse(&lines[start..]) {
        Ok(_) => lines.push(b'\n'),
        Err(_) => lines.truncate(start),
    }
}

fn parse(line: &[u8]) -> Result<Record> {
    let record: Record = serde_json::from_slice(line)?;
    record.validate()?;
    Ok(record)
}

/// Reads all files of results of these folders. Of a cell that is there more than once, the later record counts: later
/// in the file, in the file whose name sorts later, in the folder named later.
///
/// # Errors
/// A folder or file cannot be read, or a line other than a torn last one is not a record.
pub fn read(folders: &[PathBuf]) -> Result<Results> {
    let mut results = Results::default();
    let mut places: HashMap<Cell, usize> = HashMap::new();
    for folder in folders {
        for path in result_files(folder)? {
            for record in read_file(&path, &mut results.notes)? {
                let place = *places.entry(record.cell.clone()).or_insert(results.records.len());
                let stored = Stored {
                    record,
                    folder: folder.clone(),
                };
                match results.records.get_mut(place) {
                    Some(earlier) => *earlier = stored,
                    None => results.records.push(stored),
                }
            }
        }
    }
    Ok(results)
}

/// The files `results*.jsonl` of a folder, sorted.
fn result_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = files::entries(folder)?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("results") && name.ends_with(".jsonl")
    });
    Ok(paths)
}

fn read_file(path: &Path, notes: &mut Vec<String>) -> Result<Vec<Record>> {
    let bytes = files::read_bounded(path, LARGEST_RESULTS)?;
    let mut records = Vec::new();
    let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    for (number, line) in (1..).zip(&lines) {
        match parse(line) {
            Ok(record) => records.push(record),
            Err(_) if line.trim_ascii().is_empty() => {}
            // Whole lines end in a line break, so that what follows the last one was cut short.
            Err(_) if number == lines.len() => notes.push(format!(
                "{}, line {number}, is cut short and ignored: the run was stopped while it wrote it",
                path.display()
            )),
            Err(error) => bail!(
                "{}, line {number}, is not a result ({error:#}): delete the line, and its cell is computed again",
                path.display()
            ),
        }
    }
    Ok(records)
}

fn details_file(folder: &Path, cell: &Cell) -> PathBuf {
    folder.join("details").join(format!("{}.json", cell.id()))
}

/// Stores the pictures of a cell.
///
/// # Errors
/// The file cannot be written.
pub fn write_details(folder: &Path, cell: &Cell, details: &Details) -> Result<()> {
    files::write_atomically(&details_file(folder, cell), &serde_json::to_vec(details)?)
}

/// The pictures of a cell, if there are any.
///
/// # Errors
/// The file cannot be read or is damaged.
pub fn read_details(folder: &Path, cell: &Cell) -> Result<Option<Details>> {
    let path = details_file(folder, cell);
    if !path.exists() {
        return Ok(None);
    }
    let bytes = files::read_bounded(&path, LARGEST_DETAILS)?;
    let details = serde_json::from_slice(&bytes);
    details.with_context(|| {
        format!(
            "{} is damaged: delete it, and the report leaves the pictures out",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Protocol, SplitKind};
    use crate::native::results::{Budget, Table};
    use std::fs;
    use std::fs::File;
    use std::io::Write;

    fn record(class: &str, auc: f64) -> Record {
        Record {
            cell: Cell {
                table: Table::try_from("fashion-mnist".to_owned()).unwrap(),
                budget: Budget::Quick,
                protocol: Protocol::LeaveOneOut,
                split: SplitKind::Pooled,
                class: class.to_owned(),
                seed: 7,
                method: "ganomaly".to_owned(),
                options: vec![],
                changes: vec![],
            },
            auc,
            average_precision: 0.5,
            eer: 0.5,
            auc_by_class: [("a<b".to_owned(), 0.25)].into(),
            epochs: vec![0.5, auc],
            images: Default::default(),
            model: Some(Default::default()),
            training: Some(Default::default()),
            training_seconds: 1.5,
            milliseconds_per_image: 0.25,
            device: "a processor".to_owned(),
            software: "test".to_owned(),
            notes: vec!["one".to_owned()],
        }
    }

    fn aucs(results: &Results) -> Vec<f64> {
        results.records.iter().map(|stored| stored.record.auc).collect()
    }

    fn append_text(path: &Path, text: &str) {
        let mut file = File::options().create(true).append(true).open(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn records_are_read_as_they_were_written_and_the_later_wins() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("new");
        append(&file(&home, None), &record("0", 0.1)).unwrap();
        append(&file(&home, Some((2, 3))), &record("1", 0.2)).unwrap();
        append(&file(&home, Some((2, 3))), &record("0", 0.3)).unwrap();
        assert!(home.join("results-2-of-3.jsonl").exists());
        let results = read(&[home]).unwrap();
        // `results-2-of-3.jsonl` sorts before `results.jsonl`.
        assert_eq!(aucs(&results), [0.2, 0.1]);
        assert_eq!(results.records[1].record, record("0", 0.1));
        assert!(results.notes.is_empty());
    }

    #[test]
    fn a_torn_last_line_is_ignored_and_removed_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_path_buf();
        let path = file(&home, None);
        append(&path, &record("0", 0.1)).unwrap();
        let line = serde_json::to_string(&record("\u{e9}", 0.9)).unwrap();
        let before = fs::read(&path).unwrap();
        for cut in 1..line.len() {
            fs::write(&path, [&before[..], &line.as_bytes()[..cut]].concat()).unwrap();
            let results = read(std::slice::from_ref(&home)).unwrap();
            assert_eq!(aucs(&results), [0.1], "cut after {cut} bytes");
            assert!(results.notes[0].contains("line 2"), "{:?}", results.notes);
        }
        append(&path, &record("1", 0.2)).unwrap();
        // Only the line break is missing: the record is whole.
        append_text(&path, &line);
        append(&path, &record("2", 0.3)).unwrap();
        let results = read(&[home]).unwrap();
        assert_eq!(aucs(&results), [0.1, 0.2, 0.9, 0.3]);
        assert!(results.notes.is_empty());
    }

    #[test]
    fn a_bad_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_path_buf();
        let path = file(&home, None);
        append(&path, &record("0", 0.1)).unwrap();
        let before = fs::read(&path).unwrap();
        for bad in ["{\"table\": \"mnist\"}", "nonsense", "\0\0\0"] {
            fs::write(&path, &before).unwrap();
            append_text(&path, &format!("{bad}\n"));
            append(&path, &record("1", 0.2)).unwrap();
            let error = read(std::slice::from_ref(&home)).unwrap_err().to_string();
            assert!(error.contains("results.jsonl, line 2"), "{error}");
        }
        fs::write(&path, &before).unwrap();
        let wrong = serde_json::to_string(&record("1", 0.2)).unwrap();
        append_text(&path, &format!("{}\n", wrong.replace("\"auc\":0.2,", "\"auc\":1.2,")));
        let error = read(std::slice::from_ref(&home)).unwrap_err().to_string();
        assert!(error.contains("auc is 1.2"), "{error}");
        assert!(append(&path, &record("1", f64::NAN)).is_err());
        assert!(read(&[home.join("missing")]).is_err());
    }

    #[test]
    fn names_of_cells_can_be_names_of_files() {
        let mut cell = record("T-shirt/top", 0.5).cell;
        assert_eq!(
            cell.id(),
            "fashion-mnist-quick-leave-one-out-pooled-T-shirt_2ftop-seed7-ganomaly"
        );
        cell.options = vec!["flips".to_owned(), "a/../b".to_owned()];
        assert!(cell.id().ends_with("-ganomaly+flips+a_2f_2e_2e_2fb"));
        cell.class = "../..".to_owned();
        assert!(!cell.id().contains(['.', '/']));
    }

    #[test]
    fn details_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let cell = record("a/b", 0.5).cell;
        assert_eq!(read_details(folder.path(), &cell).unwrap(), None);
        let details = Details {
            roc: vec![[0.0, 0.0], [1.0, 1.0]],
            histogram: crate::metrics::histogram(&[0.0], &[1.0], 2),
            samples: vec![],
            map: vec![],
        };
        write_details(folder.path(), &cell, &details).unwrap();
        assert_eq!(read_details(folder.path(), &cell).unwrap(), Some(details));
        fs::write(details_file(folder.path(), &cell), b"{").unwrap();
        let error = read_details(folder.path(), &cell).unwrap_err().to_string();
        assert!(error.contains("is damaged"), "{error}");
    }
}
