//! Stories of whole calls. Each is told with a few seeds and says with which it went wrong.

mod hostile;
mod liars;
mod media;
mod messages;
mod paths;
mod setup;
mod support;
