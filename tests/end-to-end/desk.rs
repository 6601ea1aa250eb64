//! A folder to work in, with small made-up digits, and the program to run there.
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Images of a digit in the training and in the test file.
const EACH: [usize; 2] = [50, 10];

/// A folder with made-up digits in the format of MNIST.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::create_dir(desk.path("mnist")).unwrap();
        for (each, name) in EACH.into_iter().zip(["train", "t10k"]) {
            let labels: Vec<u8> = (0..10 * each).map(|index| (index % 10) as u8).collect();
            let pixels: Vec<u8> = labels
                .iter()
                .enumerate()
                .flat_map(|(index, &label)| digit(label, index))
                .collect();
            let count = labels.len() as u32;
            desk.write(
                &format!("mnist/{name}-labels-idx1-ubyte"),
                &[&[0, 0, 8, 1], &count.to_be_bytes()[..], &labels].concat(),
            );
            let header = [&[0, 0, 8, 3], &count.to_be_bytes()[..], &[0, 0, 0, 28, 0, 0, 0, 28]].concat();
            desk.write(&format!("mnist/{name}-images-idx3-ubyte"), &[header, pixels].concat());
        }
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ganomaly"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .env("GANOMALY_DATA", self.0.path());
        command
    }

    pub fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed; gives its standard output.
    pub fn succeed(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}\n{}", errors(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must fail; gives what it says.
    pub fn fail(&self, arguments: &str, code: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments}\n{}", errors(&output));
        errors(&output)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    pub fn picture(&self, name: &str, shade: u8) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        image::GrayImage::from_pixel(20, 30, image::Luma([shade]))
            .save(self.path(name))
            .unwrap();
    }
}

pub fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A bar whose place tells the digit, and whose brightness varies.
fn digit(label: u8, index: usize) -> Vec<u8> {
    let bright = 155 + (index * 37 % 100) as u8;
    let column = 2 * usize::from(label) + 4;
    (0..28 * 28_usize)
        .map(|place| if (place % 28).abs_diff(column) < 2 { bright } else { 0 })
        .collect()
}
