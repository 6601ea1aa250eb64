//! Going through a tar archive, gzipped or not. Nothing is unpacked to the disk.

use crate::native::terminal::Interrupt;
use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Most files that an archive may have.
const MOST_ENTRIES: usize = 5_000_000;

/// A path without parts that mean nothing.
pub fn parts(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    parts.join("/")
}

/// A file in an archive.
pub type Entry<'a> = tar::Entry<'a, Box<dyn Read>>;

/// Gives each regular file of an archive to `visit`: folders, links and devices are passed over. `bar` shows how many
/// bytes of the archive have been read.
///
/// # Errors
/// As `visit`; the archive cannot be read; the user has stopped it.
pub fn walk(
    path: &Path,
    interrupt: &Interrupt,
    bar: &ProgressBar,
    mut visit: impl FnMut(String, &mut Entry) -> Result<()>,
) -> Result<()> {
    let damaged = |error: io::Error| match interrupt.check() {
        Ok(()) => anyhow::Error::msg(error.to_string().escape_default().to_string()).context(format!(
            "{} is not a .tar or .tar.gz archive, or is damaged or cut short: get it again",
            path.display()
        )),
        Err(stopped) => stopped.into(),
    };
    let mut archive = tar::Archive::new(open(path, interrupt, bar)?);
    for (count, entry) in archive.entries().map_err(damaged)?.enumerate() {
        interrupt.check()?;
        let mut entry = entry.map_err(damaged)?;
        if count >= MOST_ENTRIES {
            bail!(
                "{} has more than {MOST_ENTRIES} files: too many to be read",
                path.display()
            );
        }
        if entry.header().entry_type().is_file() {
            let name = parts(&String::from_utf8_lossy(&entry.path_bytes()));
            visit(name, &mut entry).map_err(|error| match error.downcast::<io::Error>() {
                Ok(error) => damaged(error),
                Err(error) => error,
            })?;
        }
    }
    Ok(())
}

fn open(path: &Path, interrupt: &Interrupt, bar: &ProgressBar) -> Result<Box<dyn Read>> {
    let cannot = || format!("cannot read {}", path.display());
    let mut file = File::open(path).with_context(cannot)?;
    let mut start = Vec::new();
    Read::by_ref(&mut file)
        .take(2)
        .read_to_end(&mut start)
        .with_context(cannot)?;
    file.seek(SeekFrom::Start(0)).with_context(cannot)?;
    bar.set_length(file.metadata().with_context(cannot)?.len());
    let file = BufReader::with_capacity(
        1 << 20,
        Stoppable {
            inner: file,
            interrupt: interrupt.clone(),
            bar: bar.clone(),
        },
    );
    Ok(if start == [0x1f, 0x8b] {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

/// A file whose reading ends when the user wants to stop: passing over a long entry may take minutes.
struct Stoppable {
    inner: File,
    interrupt: Interrupt,
    bar: ProgressBar,
}

impl Read for Stoppable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt.check().map_err(io::Error::other)?;
        let count = self.inner.read(buffer)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
pub mod tests {
    use flate2::{Compression, write::GzEncoder};

    /// A gzipped archive of these files.
    pub fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }
}
