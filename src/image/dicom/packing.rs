//! How the pixels of a DICOM file are packed: its transfer syntax.

use super::unread;
use crate::image::DecodeError;

/// How pixels are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Rle,
    Jpeg,
}

/// What a transfer syntax means (part 5, annex A; part 6, annex A).
///
/// # Errors
/// It is one that cannot be read.
pub(super) fn of(transfer_syntax: &str) -> Result<Packing, DecodeError> {
    let name = match transfer_syntax.strip_prefix("1.2.840.10008.1.2").unwrap_or("?") {
        "" | ".1" => return Ok(Packing::None),
        ".5" => return Ok(Packing::Rle),
        ".4.50" | ".4.51" | ".4.57" | ".4.70" => return Ok(Packing::Jpeg),
        ".1.99" => "packed by Deflate",
        ".2" => "in big-endian order",
        ".4.80" | ".4.81" => "packed by JPEG-LS",
        ".4.90" | ".4.91" | ".4.92" | ".4.93" | ".4.201" | ".4.202" | ".4.203" => "packed by JPEG 2000",
        ".4.110" | ".4.111" | ".4.112" => "packed by JPEG XL",
        video if video.starts_with(".4.10") => "with a film",
        _ => "stored in a rare way",
    };
    Err(unread(&format!("a DICOM file {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packings_that_are_not_read_are_named() {
        let said = |end: &str| of(&format!("1.2.840.10008.1.2{end}")).unwrap_err().to_string();
        assert!(said(".4.90").contains("a DICOM file packed by JPEG 2000"));
        assert!(said(".4.102").contains("a DICOM file with a film"));
        assert!(said(".2").contains("big-endian"));
        assert!(of("1.2.3").is_err());
    }
}
