//! Congestion feedback to senders: transport-wide arrival times and REMB.

#![forbid(unsafe_code)]
