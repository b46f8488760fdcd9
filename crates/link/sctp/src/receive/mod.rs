//! The receiving half: which TSNs came, what is owed in return, and messages made whole.

mod reassembly;
mod receiver;
mod tracker;

pub(crate) use receiver::Receiver;
