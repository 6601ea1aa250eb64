//! tmp
pub mod map;
