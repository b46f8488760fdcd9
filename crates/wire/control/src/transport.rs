//! Shapes that describe connections: listen infos, tuples, ICE, DTLS and SRTP parameters.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::data::SctpOptions;

/// What carries the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Datagrams.
    Udp,
    /// RFC 4571 frames on a connection.
    Tcp,
}

/// Ports to choose from, both ends included. Both zero: no range was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortRange {
    /// The lowest port.
    pub min: u16,
    /// The highest port.
    pub max: u16,
}

/// Options of a listening socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct SocketFlags {
    /// An IPv6 socket refuses IPv4 peers. Ignored for IPv4.
    pub ipv6_only: bool,
    /// Another socket with the same flag may bind the same address. Ignored for TCP.
    pub udp_reuse_port: bool,
}

/// Where to listen, and what to tell others of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ListenInfo {
    /// UDP or TCP.
    pub protocol: Protocol,
    /// The local address to bind.
    pub ip: IpAddr,
    /// What clients are told instead of `ip`: an address or a host name.
    #[serde(default)]
    pub announced_address: Option<String>,
    /// With an announced address: offer `ip` too, as a second candidate.
    #[serde(default)]
    pub expose_internal_ip: bool,
    /// A fixed port; `None` chooses one.
    #[serde(default)]
    pub port: Option<u16>,
    /// Ports to choose from; wins over `port`.
    #[serde(default)]
    pub port_range: Option<PortRange>,
    /// Socket options.
    #[serde(default)]
    pub flags: SocketFlags,
    /// `SO_SNDBUF` in bytes; `None` keeps the system's.
    #[serde(default)]
    pub send_buffer_size: Option<u32>,
    /// `SO_RCVBUF` in bytes; `None` keeps the system's.
    #[serde(default)]
    pub recv_buffer_size: Option<u32>,
}

impl ListenInfo {
    /// Listens with `protocol` on `ip`, on a port of the system's choice.
    #[must_use]
    pub fn new(protocol: Protocol, ip: IpAddr) -> Self {
        Self {
            protocol,
            ip,
            announced_address: None,
            expose_internal_ip: false,
            port: None,
            port_range: None,
            flags: SocketFlags::default(),
            send_buffer_size: None,
            recv_buffer_size: None,
        }
    }
}

/// A bound address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct IpPort {
    /// The bound address, not the announced one.
    pub ip: IpAddr,
    /// The bound port.
    pub port: u16,
}

/// Both ends of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TransportTuple {
    /// The announced address if there is one, else the bound one.
    pub local_address: String,
    /// The bound port.
    pub local_port: u16,
    /// The peer's address, once known.
    pub remote_ip: Option<IpAddr>,
    /// The peer's port; 0 until known.
    pub remote_port: u16,
    /// UDP or TCP.
    pub protocol: Protocol,
}

impl TransportTuple {
    /// The peer's address and port, once known.
    #[must_use]
    pub fn remote(&self) -> Option<SocketAddr> {
        self.remote_ip
            .map(|ip| SocketAddr::new(ip, self.remote_port))
    }
}

/// Our role in ICE: as an ICE-lite agent always controlled (RFC 8445 §6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum IceRole {
    /// The peer nominates.
    Controlled,
}

/// How far ICE has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum IceState {
    /// No valid check has arrived.
    New,
    /// A check has arrived; nothing is nominated.
    Connected,
    /// The peer has nominated a pair.
    Completed,
    /// Consent has expired, or the last connection closed.
    Disconnected,
    /// The transport is closed.
    Closed,
}

/// ICE credentials for the peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct IceParameters {
    /// 32 characters of `[0-9a-z]`.
    pub username_fragment: String,
    /// 32 characters of `[0-9a-z]`.
    pub password: String,
    /// Always true.
    pub ice_lite: bool,
}

/// All our candidates are host candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum IceCandidateType {
    /// An address of ours.
    Host,
}

/// How a TCP candidate connects (RFC 6544 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum IceTcpType {
    /// We wait for the peer to connect.
    Passive,
}

/// An address that the peer may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct IceCandidate {
    /// `udpcandidate` or `tcpcandidate`.
    pub foundation: String,
    /// Higher is preferred (RFC 8445 §5.1.2).
    pub priority: u32,
    /// The announced address, or the bound one.
    pub address: String,
    /// UDP or TCP.
    pub protocol: Protocol,
    /// The bound port.
    pub port: u16,
    /// Always `host`.
    #[serde(rename = "type")]
    pub kind: IceCandidateType,
    /// `passive` for TCP.
    pub tcp_type: Option<IceTcpType>,
}

/// Who opens the handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum DtlsRole {
    /// Not decided.
    #[default]
    Auto,
    /// Opens the handshake.
    Client,
    /// Waits for it.
    Server,
}

/// How far DTLS has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum DtlsState {
    /// Not started.
    New,
    /// In the handshake.
    Connecting,
    /// Keys are there and the peer's certificate is the announced one.
    Connected,
    /// The handshake failed, or the certificate was another.
    Failed,
    /// Closed by either side.
    Closed,
}

/// The hash of a certificate fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FingerprintAlgorithm {
    /// SHA-1: offered for old peers.
    #[serde(rename = "sha-1")]
    Sha1,
    /// SHA-224.
    #[serde(rename = "sha-224")]
    Sha224,
    /// SHA-256: what everybody uses.
    #[serde(rename = "sha-256")]
    Sha256,
    /// SHA-384.
    #[serde(rename = "sha-384")]
    Sha384,
    /// SHA-512.
    #[serde(rename = "sha-512")]
    Sha512,
}

/// The hash of a certificate (RFC 8122 §5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DtlsFingerprint {
    /// Which hash.
    pub algorithm: FingerprintAlgorithm,
    /// Hex pairs, separated by colons.
    pub value: String,
}

/// One side of the DTLS handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DtlsParameters {
    /// The role of whoever these parameters describe.
    #[serde(default)]
    pub role: DtlsRole,
    /// Hashes of the certificate.
    pub fingerprints: Vec<DtlsFingerprint>,
}

/// An SRTP protection profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SrtpCryptoSuite {
    /// RFC 7714, 32-byte key and 12-byte salt.
    #[serde(rename = "AEAD_AES_256_GCM")]
    AeadAes256Gcm,
    /// RFC 7714, 16-byte key and 12-byte salt: the cheapest.
    #[serde(rename = "AEAD_AES_128_GCM")]
    AeadAes128Gcm,
    /// RFC 3711, 16-byte key and 14-byte salt.
    #[serde(rename = "AES_CM_128_HMAC_SHA1_80")]
    AesCm128HmacSha1_80,
    /// RFC 3711 with a short tag for RTP.
    #[serde(rename = "AES_CM_128_HMAC_SHA1_32")]
    AesCm128HmacSha1_32,
}

/// A master key for SRTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SrtpParameters {
    /// Which profile.
    pub crypto_suite: SrtpCryptoSuite,
    /// Master key and salt, in base64.
    pub key_base64: String,
}

/// The sockets of a WebRTC transport: its own, or those of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WebRtcListen {
    /// Sockets of its own, in the order of preference.
    Individual(Vec<ListenInfo>),
    /// The sockets of a `WebRtcServer` in the same worker.
    #[serde(rename_all = "camelCase")]
    Server {
        /// The server.
        id: crate::WebRtcServerId,
        /// Offer its UDP sockets.
        enable_udp: bool,
        /// Offer its TCP sockets.
        enable_tcp: bool,
        /// Give UDP candidates a higher priority.
        prefer_udp: bool,
        /// Give TCP candidates a higher priority.
        prefer_tcp: bool,
    },
}

/// What a WebRTC transport is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WebRtcTransportOptions {
    /// Where it listens.
    pub listen: WebRtcListen,
    /// Seconds without a valid check until the transport counts as disconnected; 0 never, else 10 to 60.
    pub ice_consent_timeout: u8,
    /// Bits a second to begin with.
    pub initial_available_outgoing_bitrate: u64,
    /// The SCTP association, if there is to be one.
    #[serde(default)]
    pub sctp: Option<SctpOptions>,
}

/// What a plain transport is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PlainTransportOptions {
    /// Where it listens for RTP (and RTCP when multiplexed).
    pub listen_info: ListenInfo,
    /// Where it listens for RTCP when not multiplexed.
    pub rtcp_listen_info: Option<ListenInfo>,
    /// RTP and RTCP share a port (RFC 5761).
    pub rtcp_mux: bool,
    /// The peer's address is learnt from its first packet.
    pub comedia: bool,
    /// The profile, if packets are encrypted.
    pub srtp: Option<SrtpCryptoSuite>,
    /// The SCTP association, if there is to be one.
    #[serde(default)]
    pub sctp: Option<SctpOptions>,
}

/// What a pipe transport is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipeTransportOptions {
    /// Where it listens.
    pub listen_info: ListenInfo,
    /// Lost packets are asked for and sent again.
    #[serde(default)]
    pub enable_rtx: bool,
    /// Packets are encrypted with `AEAD_AES_256_GCM`.
    #[serde(default)]
    pub enable_srtp: bool,
    /// The SCTP association, if there is to be one.
    #[serde(default)]
    pub sctp: Option<SctpOptions>,
}

/// The other end of a pipe transport.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipeConnect {
    /// Its address, as text: an invalid one is refused.
    pub ip: String,
    /// Its port.
    pub port: Option<u16>,
    /// Its key: mandatory with SRTP, forbidden without.
    pub srtp_parameters: Option<SrtpParameters>,
}

/// What a direct transport is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DirectTransportOptions {
    /// The largest message to the application.
    pub max_send_message_size: u32,
    /// The largest message from the application.
    pub max_receive_message_size: u32,
}

impl Default for DirectTransportOptions {
    fn default() -> Self {
        Self {
            max_send_message_size: 262_144,
            max_receive_message_size: 262_144,
        }
    }
}
