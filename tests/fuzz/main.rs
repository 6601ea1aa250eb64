//! Every parser that meets the bytes of strangers, given files that are nearly right. None may panic, take longer than
//! [`runner::LONGEST`], or take more memory than its target states.
//!
//!     cargo test --release --test fuzz                                     # what was found before, and a short run
//!     FUZZ_RUNS=1000000 cargo test --release --test fuzz -- --nocapture    # so many runs of each target
//!     FUZZ_FILE=path/of/png.0123 cargo test --release --test fuzz          # one file again
//!
//! `FUZZ_SEED=n` makes other files; a short run makes the same ones each time. A target has files to begin with, most of
//! them made here or in `tests/golden/`, and those in `found/`: files that a parser once failed at.
#![cfg(not(target_arch = "wasm32"))]

mod archives;
mod images;
mod memory;
mod models;
mod mutate;
mod projects;
mod repair;
mod runner;
mod tables;

#[global_allocator]
static MEMORY: memory::Counting = memory::Counting;
