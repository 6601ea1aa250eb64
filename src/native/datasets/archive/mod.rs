//! Going through a tar archive, gzipped or not. Nothing is unpacked to the disk.

use crate::native::terminal::{Console, Interrupt};
use anyhow::{Context, Result, bail};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The first bytes of gzipped files.
pub const GZIP: &[u8] = &[0x1f, 0x8b];

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

/// Gives each regular file of an archive to `visit`: folders, links and devices are passed over. A bar shows `what` is
/// done and how far the archive has been read.
///
/// # Errors
/// As `visit`; the archive cannot be read; the user has stopped it.
pub fn walk(
    path: &Path,
    what: &'static str,
    console: Console,
    interrupt: &Interrupt,
    mut visit: impl FnMut(String, &mut Entry) -> Result<()>,
) -> Result<()> {
    let damaged = |error: io::Error| match interrupt.check() {
        Ok(()) => anyhow::Error::msg(error.to_string().escape_default().to_string()).context(format!(
            "{} is not a .tar or .tar.gz archive, or is damaged or cut short: get it again",
            path.display()
        )),
        Err(stopped) => stopped.into(),
    };
    let cannot = || format!("cannot read {}", path.display());
    let inner = File::open(path).with_context(cannot)?;
    let bar = console.bar(0, "{prefix} [{bar:30}] {bytes}/{total_bytes}, {eta} left");
    bar.set_length(inner.metadata().with_context(cannot)?.len());
    let file = bar.with_prefix(what).wrap_read(Stoppable(inner, interrupt.clone()));
    let mut archive = tar::Archive::new(unpacked(file).map_err(damaged)?);
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

/// What a file holds, gzipped or not.
fn unpacked(file: impl Read + 'static) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(1 << 20, file);
    Ok(match file.fill_buf()?.starts_with(GZIP) {
        true => Box::new(MultiGzDecoder::new(file)),
        false => Box::new(file),
    })
}

/// A reader that ends with an error when the user wants to stop: passing over a long entry may take minutes.
pub struct Stoppable<R>(pub R, pub Interrupt);

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.check().map_err(io::Error::other)?;
        self.0.read(buffer)
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
