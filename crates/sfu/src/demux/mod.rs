//! To whom what arrives belongs: datagrams to transports, packets to producers.

mod endpoints;
mod rtp;

pub use self::endpoints::Endpoints;
pub use self::rtp::RtpDemux;
