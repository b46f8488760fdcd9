//! RTCP: reports and feedback about streams.
//!
//! [`parse`] walks a compound (or reduced-size, RFC 5506) packet; [`RtcpWriter`] builds one. RFC 3550
//! §6, RFC 4585 §6, RFC 5104 §4, RFC 3611.

mod blocks;
mod cursor;
mod extended;
mod feedback;
mod packet;
mod transport_cc;
mod transport_cc_write;
mod writer;

pub use blocks::{Bye, ReceiverReport, ReportBlock, ReportBlocks, Sdes, SenderReport};
pub use cursor::Malformed;
pub use extended::{DlrrItem, DlrrItems, Xr, XrBlock, XrBlocks};
pub use feedback::{Fir, FirEntry, Nack, Pli, Remb};
pub use packet::{Packets, RtcpPacket, parse};
pub use transport_cc::TransportFeedback;
pub use writer::{FeedbackInfo, RtcpWriter, SenderInfo};
