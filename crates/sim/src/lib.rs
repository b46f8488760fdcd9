//! Whole engines over simulated links in virtual time.

#![forbid(unsafe_code)]
