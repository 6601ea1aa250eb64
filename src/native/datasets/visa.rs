//! The tables that VisA (Zou et al., 2022) has beside the images of each of its objects: which kinds of anomaly they show.

use super::store::{Store, StoredFile};
use crate::native::terminal::Interrupt;
use anyhow::Result;
use serde::Deserialize;
use std::collections::HashMap;

/// The name of a table.
const TABLE: &str = "image_anno.csv";

/// What it calls images without anomalies.
const NORMAL: &str = "normal";

/// A line of a table.
#[derive(Debug, Deserialize)]
struct Line {
    /// Path of the image, from the folder of the object on.
    image: String,
    /// `normal`, or kinds of anomaly with commas between.
    label: String,
}

/// The kinds of anomaly that the tables of a store tell, by the paths of images. Lines that cannot be read tell nothing.
///
/// # Errors
/// A table cannot be read; the user has stopped it.
pub fn kinds(store: &Store, interrupt: &Interrupt) -> Result<HashMap<String, String>> {
    let is_table = |file: &&StoredFile| file.path.rsplit('/').next() == Some(TABLE);
    let tables: Vec<StoredFile> = store.files.iter().filter(is_table).cloned().collect();
    let mut kinds = HashMap::new();
    store.read(&tables, interrupt, |number, content| {
        let folder = tables[number].path.strip_suffix(TABLE).unwrap_or_default();
        kinds.extend(parsed(&content?.bytes()?, folder));
        Ok(())
    })?;
    Ok(kinds)
}

/// The kinds of a table that lies in `folder`.
fn parsed(table: &[u8], folder: &str) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_reader(table);
    let anomalous = reader.deserialize().filter_map(|line: csv::Result<Line>| {
        let Line { image, label } = line.ok()?;
        let (_, inside) = image.split_once('/')?;
        (label != NORMAL).then(|| (format!("{folder}{inside}"), label))
    });
    anomalous.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_those_of_the_table() {
        let table = b"image,label,mask\n\
            candle/Data/Images/Normal/0000.JPG,normal,\n\
            candle/Data/Images/Anomaly/000.JPG,\"melded wax,spot\",candle/Data/Masks/Anomaly/000.png\n\
            a line that says nothing\n";
        assert_eq!(
            parsed(table, "set/"),
            [(
                "set/Data/Images/Anomaly/000.JPG".to_owned(),
                "melded wax,spot".to_owned()
            )]
        );
        assert_eq!(parsed(b"\xff\xfe", ""), []);
    }
}
