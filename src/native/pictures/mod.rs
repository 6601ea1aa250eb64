//! Pictures: charts as SVG, maps of images, and many small images in one.

pub mod evaluation;
pub mod map;
pub mod sprite;
pub mod svg;
