//! Runs of bytes (part 5, annex G).

/// The planes of a frame, one after the other, of so many bytes each. None if there are other planes, or fewer bytes.
pub(super) fn planes(frame: &[u8], count: usize, length: usize) -> Option<Vec<u8>> {
    let numbers: Vec<usize> = frame
        .get(..64)?
        .as_chunks()
        .0
        .iter()
        .map(|&four| u32::from_le_bytes(four) as usize)
        .collect();
    let (&found, starts) = numbers.split_first()?;
    if found != count || count >= starts.len() {
        return None;
    }
    let mut planes = Vec::with_capacity(count * length);
    for plane in 0..count {
        let end = if plane + 1 < count {
            starts[plane + 1]
        } else {
            frame.len()
        };
        unpack(frame.get(starts[plane]..end)?, &mut planes, (plane + 1) * length)?;
    }
    Some(planes)
}

/// Unpacks until there are so many bytes.
fn unpack(mut runs: &[u8], into: &mut Vec<u8>, length: usize) -> Option<()> {
    while into.len() < length {
        let room = length - into.len();
        let (&head, rest) = runs.split_first()?;
        runs = match head {
            // As they are.
            0..128 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(head) + 1)?;
                into.extend(bytes.iter().take(room));
                rest
            }
            128 => rest,
            // One of them, many times.
            _ => {
                let (&byte, rest) = rest.split_first()?;
                into.extend(std::iter::repeat_n(byte, room.min(257 - usize::from(head))));
                rest
            }
        };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_unpacked() {
        let mut bytes = Vec::new();
        assert_eq!(unpack(&[2, 7, 8, 9, 128, 254, 5, 0], &mut bytes, 6), Some(()));
        assert_eq!(bytes, [7, 8, 9, 5, 5, 5]);
        for runs in [&[][..], &[2, 7, 8], &[254], &[0, 1]] {
            assert_eq!(unpack(runs, &mut Vec::new(), 3), None);
        }
    }

    #[test]
    fn planes_are_where_the_head_says() {
        let head = |numbers: &[u32]| {
            let mut head: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            head.resize(64, 0);
            [&head[..], &[0, 1, 0, 2]].concat()
        };
        assert_eq!(planes(&head(&[2, 64, 66]), 2, 1), Some(vec![1, 2]));
        for numbers in [&[1, 64][..], &[2, 66, 64], &[2, 64, 1000], &[99, 64]] {
            assert_eq!(planes(&head(numbers), 2, 1), None);
        }
    }
}
