//! Log lines: which there are, which pass, and how many a second.

mod filter;
mod lines;
mod throttle;

pub use filter::Filter;
pub use lines::{of_answer, of_counters, of_notification, plain};
pub use throttle::Throttle;
