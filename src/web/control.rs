//! Pausing and stopping a run from outside, and giving the worker's event loop its turn.

use crate::event::TrainingEvent;
use crate::trainer::{Flow, Observer, ObserverError};
use js_sys::{Function, Promise};
use std::cell::Cell;
use std::rc::Rc;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::WorkerGlobalScope;

/// How often a paused run looks whether it may go on, in milliseconds.
const PAUSE: i32 = 50;

/// Lets the event loop work for a while: messages arrive, timers fire.
pub async fn sleep(milliseconds: i32) {
    let worker: WorkerGlobalScope = js_sys::global().unchecked_into();
    let timer = Promise::new(&mut |resolve, _| {
        // Fails only for something that is no function, and a timer's promise is never rejected.
        let _ = worker.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(timer).await;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Running,
    Paused,
    Stopped,
}

/// Steers a fine-tuning run while it goes on.
#[wasm_bindgen]
#[derive(Debug, Clone, Default)]
pub struct RunControl {
    state: Rc<Cell<State>>,
}

#[wasm_bindgen]
impl RunControl {
    /// A control for one run.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Holds the run after its current step.
    pub fn pause(&self) {
        self.change(State::Running, State::Paused);
    }

    /// Lets a paused run go on.
    pub fn resume(&self) {
        self.change(State::Paused, State::Running);
    }

    /// Ends the run after its current step; the weights so far are kept.
    pub fn stop(&self) {
        self.state.set(State::Stopped);
    }

    fn change(&self, from: State, to: State) {
        if self.state.get() == from {
            self.state.set(to);
        }
    }
}

/// Passes a run's events to a JavaScript function.
pub struct Reporter {
    /// Pauses and stops the run.
    pub control: RunControl,
    /// The function.
    pub on_event: Function,
}

impl Observer for Reporter {
    fn event(&mut self, event: TrainingEvent) -> Result<(), ObserverError> {
        let event = event.into_ts().map_err(|error| error.to_string())?;
        // An exception in the page's listener is the page's to report; the run goes on.
        let _ = self.on_event.call1(&JsValue::NULL, &event.into());
        Ok(())
    }

    async fn proceed(&mut self) -> Flow {
        sleep(0).await;
        while self.control.state.get() == State::Paused {
            sleep(PAUSE).await;
        }
        match self.control.state.get() {
            State::Stopped => Flow::Stop,
            State::Running | State::Paused => Flow::Continue,
        }
    }
}
