//! The segments of a JPEG file.

pub(in crate::image) const START_OF_SCAN: u8 = 0xda;
pub(super) const END: u8 = 0xd9;

/// A marker and what its segment holds, without the length.
pub(in crate::image) struct Segment<'a> {
    pub(in crate::image) marker: u8,
    pub(in crate::image) body: &'a [u8],
    /// Where in the file the marker is, without the 0xff before it.
    pub(super) place: usize,
}

/// The segments up to the end of the image. What stands between them is skipped, as libjpeg does, and so are the pixels,
/// in which every 0xff is followed by zero or belongs to a restart.
pub(in crate::image) struct Segments<'a> {
    rest: &'a [u8],
    length: usize,
    is_over: bool,
}

impl<'a> Segments<'a> {
    /// `bytes` begin with the marker of the start of an image.
    pub(in crate::image) fn of(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes.get(2..).unwrap_or_default(),
            length: bytes.len(),
            is_over: false,
        }
    }

    /// The next marker; a zero after 0xff makes it a value, and more 0xff are padding.
    fn marker(&mut self) -> Option<u8> {
        loop {
            let start = self.rest.iter().position(|&byte| byte == 0xff)?;
            let padded = &self.rest[start..];
            let at = padded.iter().position(|&byte| byte != 0xff)?;
            self.rest = &padded[at + 1..];
            if padded[at] != 0 {
                return Some(padded[at]);
            }
        }
    }

    fn body(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(u16::from_be_bytes(*self.rest.first_chunk()?));
        let body = self.rest.get(2..length)?;
        self.rest = &self.rest[length..];
        Some(body)
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        if self.is_over {
            return None;
        }
        let marker = self.marker()?;
        let place = self.length - self.rest.len() - 1;
        self.is_over = marker == END;
        // Restarts and a few others stand alone.
        let body = if matches!(marker, 0x01 | 0xd0..=END) {
            Some(&[][..])
        } else {
            self.body()
        };
        self.is_over |= body.is_none();
        body.map(|body| Segment { marker, body, place })
    }
}
