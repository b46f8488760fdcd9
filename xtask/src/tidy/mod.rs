//! The architecture's invariants, checked by machine.
//!
//! Each rule is a function from the tree to complaints, with a test on a small bad example. What a
//! rule lets pass by name, and why, stands in `exceptions`; that list only shrinks.

mod circles;
mod exceptions;
mod fences;
mod layers;
mod rules;
mod sizes;
mod source;

pub use rules::run;
