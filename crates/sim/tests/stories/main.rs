//! Stories of whole calls. Each is told with a few seeds and says with which it went wrong.

mod hostile;
mod layers;
mod liars;
mod media;
mod messages;
mod paths;
mod refusals;
mod setup;
mod support;
