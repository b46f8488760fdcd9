//! Messages: who sends them, who gets them, and for whom they are.
//!
//! ```text
//!  peer's stream, or the application ─▶ DataProducer ─▶ router ─▶ DataConsumer ─▶ our stream, or it
//!                                         counts                    audience?
//! ```
//! Which connection carries a stream is the engine's to know. Streams come from signalling: the
//! peer's are named by the application, ours too, and neither is looked for in what is sent
//! (RFC 8832 is not needed; `link/sctp` answers browsers that speak it all the same).

mod audience;
mod consumer;
mod framing;
mod producer;
mod stream;
mod subchannels;

pub use audience::Message;
pub use consumer::{DataConsumer, DataConsumerConfig};
pub use framing::unwrap;
pub use producer::DataProducer;
pub use stream::{check_stream, reliability};
