//! What the tests of the examples share: the program under test, and a browser without a screen.

// Each test file uses a part of this.
#![allow(dead_code)]

pub mod browser;
pub mod program;
