//! What an application can watch: levels, traces, header extensions, dumps. An engine in virtual time,
//! fed with datagrams.

mod dumps;
mod extensions;
mod observers;
mod packets;
mod room;
mod traces;
