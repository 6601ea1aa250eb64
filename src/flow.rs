//! Letting others work during something long, and ending it early.

use std::future::Future;
use std::pin::Pin;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on, please.
    Continue,
    /// Stop now and keep what there is.
    Stop,
}

/// A future of one thread, behind a pointer: what a method's work is once its type is forgotten.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Sets the pace of work that takes long: shows how far it is, lets others work, and may end it.
pub trait Pace {
    /// Called again and again by the work, with the share of it that is done, 0 to 1.
    fn proceed(&mut self, done: f64) -> Work<'_, Flow>;
}

/// Goes on to the end without a pause.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToTheEnd;

impl Pace for ToTheEnd {
    fn proceed(&mut self, _done: f64) -> Work<'_, Flow> {
        Box::pin(std::future::ready(Flow::Continue))
    }
}
