//! The command line as its users meet it: the program is run on small made-up images, on the CPU. One program, since each
//! one more is linked with all of burn.
#![cfg(not(target_arch = "wasm32"))]

mod cli;
mod datasets;
mod depth;
mod desk;
mod layouts;
mod project;
mod report;
mod reproduce;
