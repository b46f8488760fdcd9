//! SRTP with keys that the application carries from one side to the other (RFC 4568 without its SDP):
//! ours come from the engine's entropy, the peer's with `connect()`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use control::{Refusal, SrtpCryptoSuite, SrtpParameters};
use ice::Tuple;
use rtp::{PacketKind, Ssrc};
use srtp::Suite;
use units::Entropy;

use crate::outbox::Outbox;
use crate::transport::event::Received;
use crate::transport::srtp_pair::{SrtpPair, copy_payload};

/// The keys of a transport whose peer is told about them out of band; or none, then packets go in the
/// clear.
#[derive(Debug)]
pub struct Keys {
    suite: Option<SrtpCryptoSuite>,
    local: Vec<u8>,
    pair: Option<Box<SrtpPair>>,
}

/// The peer's key, checked.
#[derive(Debug)]
pub struct RemoteKey {
    suite: SrtpCryptoSuite,
    key: Vec<u8>,
}

impl Keys {
    /// A key of our own for `suite`; without one everything goes in the clear.
    pub fn new(suite: Option<SrtpCryptoSuite>, entropy: &mut dyn Entropy) -> Self {
        Self {
            suite,
            local: suite
                .map(|suite| new_key(suite, entropy))
                .unwrap_or_default(),
            pair: None,
        }
    }

    /// For the peer.
    pub fn parameters(&self) -> Option<SrtpParameters> {
        self.suite.map(|crypto_suite| SrtpParameters {
            crypto_suite,
            key_base64: STANDARD.encode(&self.local),
        })
    }

    /// Checks what the application says of the peer's key; changes nothing.
    pub fn check(&self, peer: Option<&SrtpParameters>) -> Result<Option<RemoteKey>, Refusal> {
        let refuse = |what: &str| Err(Refusal::TypeError(what.to_owned()));
        match (self.suite, peer) {
            (None, Some(_)) => refuse("srtpParameters: SRTP is not enabled"),
            (Some(_), None) => refuse("srtpParameters is missing"),
            (Some(_), Some(parameters)) => Ok(Some(RemoteKey {
                suite: parameters.crypto_suite,
                key: decode_key(parameters)?,
            })),
            (None, None) => Ok(None),
        }
    }

    /// The peer's key is this. If its suite is another, ours becomes that one, with a new key.
    pub fn agree(&mut self, remote: Option<RemoteKey>, entropy: &mut dyn Entropy) {
        let Some(remote) = remote else {
            return;
        };
        if self.suite != Some(remote.suite) {
            self.suite = Some(remote.suite);
            self.local = new_key(remote.suite, entropy);
        }
        let suite = suite(remote.suite);
        self.pair = SrtpPair::new((suite, &self.local), (suite, &remote.key)).map(Box::new);
    }

    /// Whether packets can be read and written: there are keys, or none are needed.
    pub fn is_ready(&self) -> bool {
        self.suite.is_none() || self.pair.is_some()
    }

    /// What a datagram is, decrypted in place.
    pub fn open(&mut self, data: &mut [u8]) -> Received {
        let kind = PacketKind::classify_media(data);
        let len = match (kind, &mut self.pair) {
            (None, _) => None,
            (Some(_), None) if self.suite.is_some() => None,
            (Some(_), None) => Some(data.len()),
            (Some(PacketKind::Rtcp), Some(srtp)) => srtp.unprotect_rtcp(data),
            (Some(_), Some(srtp)) => srtp.unprotect_rtp(data),
        };
        match (kind, len) {
            (Some(PacketKind::Rtcp), Some(len)) => Received::Rtcp(len),
            (Some(PacketKind::Rtp), Some(len)) => Received::Rtp(len),
            // Neither RTP nor RTCP: what SCTP makes of it, if it is spoken here, shows its checksum.
            (None, _) => Received::Sctp(data.len()),
            _ => Received::Nothing,
        }
    }

    /// Encrypts a packet behind its header, or copies it there.
    pub fn seal_rtp(
        &mut self,
        out: &mut [u8],
        header_len: usize,
        payload: [&[u8]; 2],
    ) -> Option<usize> {
        match &mut self.pair {
            Some(srtp) => srtp.protect_rtp(out, header_len, payload),
            None => copy_payload(out, header_len, payload),
        }
    }

    /// Sends a compound packet. Gives its length on the wire; 0 if it found no room.
    pub fn send_rtcp(&mut self, route: Tuple, compound: &[u8], out: &mut Outbox) -> usize {
        let overhead = self.pair.as_ref().map_or(0, |srtp| srtp.rtcp_overhead());
        let Some(room) = out.begin(route, compound.len() + overhead) else {
            return 0;
        };
        room[..compound.len()].copy_from_slice(compound);
        let len = match &mut self.pair {
            Some(srtp) => srtp.protect_rtcp(room, compound.len()).unwrap_or(0),
            None => compound.len(),
        };
        out.commit(len);
        len
    }

    /// The peer's stream has ended.
    pub fn forget_incoming(&mut self, ssrc: Ssrc) {
        if let Some(srtp) = &mut self.pair {
            srtp.forget_incoming(ssrc);
        }
    }

    /// Our stream has ended.
    pub fn forget_outgoing(&mut self, ssrc: Ssrc) {
        if let Some(srtp) = &mut self.pair {
            srtp.forget_outgoing(ssrc);
        }
    }
}

fn suite(suite: SrtpCryptoSuite) -> Suite {
    match suite {
        SrtpCryptoSuite::AeadAes256Gcm => Suite::AeadAes256Gcm,
        SrtpCryptoSuite::AeadAes128Gcm => Suite::AeadAes128Gcm,
        SrtpCryptoSuite::AesCm128HmacSha1_80 => Suite::AesCm128HmacSha1_80,
        SrtpCryptoSuite::AesCm128HmacSha1_32 => Suite::AesCm128HmacSha1_32,
    }
}

fn new_key(crypto_suite: SrtpCryptoSuite, entropy: &mut dyn Entropy) -> Vec<u8> {
    let mut key = vec![0; suite(crypto_suite).master_len()];
    entropy.fill(&mut key);
    key
}

fn decode_key(parameters: &SrtpParameters) -> Result<Vec<u8>, Refusal> {
    let key = STANDARD
        .decode(&parameters.key_base64)
        .map_err(|_| Refusal::TypeError("srtpParameters.keyBase64 is not base64".into()))?;
    let expected = suite(parameters.crypto_suite).master_len();
    match key.len() == expected {
        true => Ok(key),
        false => Err(Refusal::TypeError(format!(
            "srtpParameters.keyBase64 must hold {expected} bytes, not {}",
            key.len()
        ))),
    }
}
