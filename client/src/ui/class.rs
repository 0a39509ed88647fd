//! Class names.

use yew::Classes;

/// An element's class, and those that hold just now. A function, not the macro, which is large wherever it is used.
pub fn class(always: &'static str, sometimes: &[(&'static str, bool)]) -> Classes {
    let mut classes = Classes::from(always);
    sometimes.iter().filter(|(_, holds)| *holds).for_each(|(name, _)| classes.push(*name));
    classes
}
