//! What a widget remembers between two drawings, and what it asked the engine for.
//!
//! One hook a widget: each of Yew's own is half a kilobyte of code wherever it is used.

use std::cell::{Cell, Ref, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::functional::UseForceUpdateHandle;
use yew::prelude::*;

use crate::state::Failure;

/// A widget's own state. Clones are the same one.
pub struct Local<T>(Rc<Inner<T>>);

struct Inner<T> {
    value: RefCell<T>,
    task: Task,
}

impl<T> Clone for Local<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Local<T> {
    pub fn get(&self) -> Ref<'_, T> {
        self.0.value.borrow()
    }

    /// Changes it, and draws the widget again.
    pub fn set(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.value.borrow_mut());
        self.0.task.0.redraw.force_update();
    }

    /// Changes it without drawing: for what drawing itself finds out.
    pub fn note<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.value.borrow_mut())
    }

    pub fn task(&self) -> &Task {
        &self.0.task
    }
}

/// Something asked of the engine, and how it went. One at a time: a second press while the first is answered does
/// nothing.
#[derive(Clone)]
pub struct Task(Rc<Asking>);

struct Asking {
    busy: Cell<bool>,
    /// What is under way was asked by nobody: whoever presses a button meanwhile is not to be passed over.
    looking: Cell<bool>,
    /// Pressed meanwhile.
    next: RefCell<Option<Asked>>,
    failure: Cell<Option<Failure>>,
    redraw: UseForceUpdateHandle,
}

type Asked = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

impl Task {
    /// For a button: whether it waits for an answer.
    pub fn disabled(&self) -> Option<&'static str> {
        let waits = !self.0.looking.get() || self.0.next.borrow().is_some();
        (self.0.busy.get() && waits).then_some("true")
    }

    pub fn failure(&self) -> Option<Failure> {
        self.0.failure.get()
    }

    /// What failed before is no longer news. The widget is drawn again by what made it so.
    pub fn clear(&self) {
        self.0.failure.set(None);
    }

    /// Asks; what is to be done with the answer is part of what is asked.
    pub fn run(&self, asked: impl Future<Output = Result<(), Failure>> + 'static) {
        self.run_boxed(Box::pin(asked), false);
    }

    /// Finds out what there is to show. Who asks for something meanwhile is answered after it.
    pub fn look(&self, asked: impl Future<Output = Result<(), Failure>> + 'static) {
        self.run_boxed(Box::pin(asked), true);
    }

    /// Apart from `run`, so that it is in the module once, not once for each caller.
    fn run_boxed(&self, asked: Asked, looking: bool) {
        if self.0.busy.get() {
            if self.0.looking.get() && !looking {
                self.0.next.replace(Some(asked));
            }
            return;
        }
        self.0.busy.set(true);
        self.0.looking.set(looking);
        let task = self.clone();
        task.0.redraw.force_update();
        spawn_local(async move {
            let answer = asked.await;
            task.0.busy.set(false);
            task.0.failure.set(answer.err());
            task.0.redraw.force_update();
            if let Some(next) = task.0.next.take() {
                task.run_boxed(next, false);
            }
        });
    }
}

/// The widget's own state, `first` at first.
#[hook]
pub fn use_local<T: 'static>(first: impl FnOnce() -> T) -> Local<T> {
    let redraw = use_force_update();
    let local = use_ref(move || {
        let task = Task(Rc::new(Asking {
            busy: Cell::new(false),
            looking: Cell::new(false),
            next: RefCell::new(None),
            failure: Cell::new(None),
            redraw,
        }));
        Local(Rc::new(Inner { value: RefCell::new(first()), task }))
    });
    (*local).clone()
}
