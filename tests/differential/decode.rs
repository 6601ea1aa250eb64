//! Decodes image files for `compare.py`: for each line of the input, which is a path, there is a line of what came of it.
//! After `grey WIDTH HEIGHT` or `colour WIDTH HEIGHT` come the pixels, 8 bits a value; after `damaged`, `unknown` or
//! `refused` the line has the sentence.

use ganomaly::image::{DecodeError, open};
use std::fs;
use std::io::{Result, Write, stdin, stdout};

fn main() -> Result<()> {
    let mut out = stdout().lock();
    for path in stdin().lines() {
        match open(&fs::read(path?)?) {
            Ok(image) => {
                let is_coloured = image.color().has_color();
                let (kind, width, height) = (
                    if is_coloured { "colour" } else { "grey" },
                    image.width(),
                    image.height(),
                );
                let pixels = if is_coloured {
                    image.into_rgb8().into_raw()
                } else {
                    image.into_luma8().into_raw()
                };
                writeln!(out, "{kind} {width} {height}")?;
                out.write_all(&pixels)?;
            }
            Err(error @ DecodeError::Damaged(_)) => writeln!(out, "damaged {error}")?,
            Err(error @ (DecodeError::Format | DecodeError::Empty)) => writeln!(out, "unknown {error}")?,
            Err(error) => writeln!(out, "refused {error}")?,
        }
        out.flush()?;
    }
    Ok(())
}
