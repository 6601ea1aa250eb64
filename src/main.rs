//! The command-line program `ganomaly`.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    use clap::Parser;
    ganomaly::native::cli::run(ganomaly::native::cli::Cli::parse())
}

/// Browsers take the library; an empty program lets cargo build the browser's tests.
#[cfg(target_arch = "wasm32")]
fn main() {}
