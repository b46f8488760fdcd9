//! To whom what arrives belongs: datagrams to transports, packets to producers, messages to
//! data producers.

mod data;
mod endpoints;
mod rtp;

pub use self::data::DataTable;
pub use self::endpoints::Endpoints;
pub use self::rtp::RtpDemux;
