//! An allocator that counts, and ends the program where a parser takes more than it may.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

/// The system's allocator, counted.
pub struct Counting;

/// Bytes that the whole program holds.
static HELD: AtomicIsize = AtomicIsize::new(0);
/// The most that it held since a parser began.
static MOST: AtomicIsize = AtomicIsize::new(0);
/// The most that it may hold.
static LIMIT: AtomicIsize = AtomicIsize::new(isize::MAX);

/// Lets a parser take so many bytes; gives how many it took.
pub fn limited(bytes: usize, work: impl FnOnce()) -> usize {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    LIMIT.store(before.saturating_add_unsigned(bytes), Relaxed);
    work();
    LIMIT.store(isize::MAX, Relaxed);
    MOST.load(Relaxed).abs_diff(before)
}

/// Counts before the memory is taken, so that the machine is not short of it.
fn count(bytes: isize) {
    let held = HELD.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(held, Relaxed);
    if held > LIMIT.load(Relaxed) && bytes > 0 {
        // What is still to be written takes memory, too.
        LIMIT.store(isize::MAX, Relaxed);
        super::runner::give_up("takes more memory than its target states");
    }
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed());
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        unsafe { System.dealloc(place, layout) }
    }
}
