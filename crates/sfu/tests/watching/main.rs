//! What an application can watch: levels, traces, header extensions, dumps; and what a receiver gets
//! again. An engine in virtual time, fed with datagrams.

mod dumps;
mod extensions;
mod observers;
mod packets;
mod repeats;
mod restarts;
mod room;
mod traces;
