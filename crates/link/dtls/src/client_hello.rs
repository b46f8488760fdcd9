//! The first ClientHello, read ahead of the engines: what it offers decides which of them gets it.
//!
//! A key share for post-quantum cryptography makes it longer than a datagram, so it comes in pieces.
//! The reader keeps the datagrams that bring a new piece, and a copy of the message, both bounded;
//! once whole, the datagrams are played to the engine as if they had just come.
//! RFC 6347 §4.2.2, RFC 5246 §7.4.1.2.

use crate::record::{self, HANDSHAKE, Piece};
use crate::srtp_keys::SrtpProfile;

/// Chromium's takes 1.5 kB. A longer one is refused.
const HELLO_LEN_MAX: usize = 8_192;

/// At an MTU of 600 the longest hello comes in so many. More pieces start the message over.
const DATAGRAMS_MAX: usize = 16;

/// No client leaves so many gaps. Further pieces are ignored until it starts over.
const RANGES_MAX: usize = 64;

const CLIENT_HELLO: u8 = 1;

const SUPPORTED_GROUPS: u16 = 10;
const SIGNATURE_ALGORITHMS: u16 = 13;
const USE_SRTP: u16 = 14;
const ENCRYPT_THEN_MAC: u16 = 22;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SUPPORTED_VERSIONS: u16 = 43;

const DTLS_1_3: u16 = 0xfefc;
const ECDSA_SECP256R1_SHA256: u16 = 0x0403;
/// secp256r1, secp384r1, x25519.
const GROUPS: [u16; 3] = [23, 24, 29];
/// ECDHE-ECDSA with AES-128-GCM, AES-256-GCM, ChaCha20-Poly1305.
const SUITES_1_2: [u16; 3] = [0xc02b, 0xc02c, 0xcca9];
/// AES-128-GCM, AES-256-GCM, ChaCha20-Poly1305.
const SUITES_1_3: [u16; 3] = [0x1301, 0x1302, 0x1303];

/// What a client offers, as far as a decision hangs on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientHello {
    /// Everything that DTLS 1.2 needs of `dimpl`'s kind is there.
    pub(crate) fits_1_2: bool,
    /// The same for DTLS 1.3.
    pub(crate) fits_1_3: bool,
    /// Only stacks that may carry RSA certificates offer it.
    pub(crate) encrypt_then_mac: bool,
    /// The first SRTP profile that we know.
    pub(crate) first_srtp_profile: Option<SrtpProfile>,
    /// Whether there is one that `dimpl` knows, or none at all.
    pub(crate) srtp_fits: bool,
}

/// Gathers the pieces of a ClientHello.
#[derive(Debug, Default)]
pub(crate) struct HelloReader {
    assembly: Option<Assembly>,
}

#[derive(Debug)]
struct Assembly {
    message_seq: u16,
    message: Vec<u8>,
    /// What has come, as (begin, end): sorted, apart from each other.
    ranges: Vec<(usize, usize)>,
    datagrams: Vec<Vec<u8>>,
}

/// What a datagram did to the reader.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It held no new piece of a ClientHello.
    Nothing,
    /// More is to come.
    Partial,
    /// The message is whole. These are the datagrams that brought it.
    Whole(ClientHello, Vec<Vec<u8>>),
}

impl HelloReader {
    /// Whether a first piece has come.
    pub(crate) fn has_begun(&self) -> bool {
        self.assembly.is_some()
    }

    /// Takes a datagram that has been sifted.
    pub(crate) fn handle_datagram(&mut self, datagram: &[u8]) -> Progress {
        let mut news = false;
        let mut rest = datagram;
        while let Some((record, next)) = record::parse_record(rest) {
            rest = next;
            if record.content_type != HANDSHAKE || record.epoch != 0 {
                continue;
            }
            let mut fragment = record.fragment;
            while let Some((piece, after)) = record::parse_piece(fragment) {
                fragment = after;
                news |= self.handle_piece(piece);
            }
        }
        if !news {
            return Progress::Nothing;
        }
        self.keep(datagram)
    }

    /// Whether the piece brings something new.
    fn handle_piece(&mut self, piece: Piece<'_>) -> bool {
        if piece.message_type != CLIENT_HELLO || piece.len > HELLO_LEN_MAX {
            return false;
        }
        let fits = |assembly: &Assembly| {
            assembly.message_seq == piece.message_seq
                && assembly.message.len() == piece.len
                && assembly.datagrams.len() < DATAGRAMS_MAX
        };
        // Another message than the one begun: the client has started over.
        if !self.assembly.as_ref().is_some_and(fits) {
            self.assembly = None;
        }
        self.assembly
            .get_or_insert_with(|| Assembly::new(piece))
            .add(piece)
    }

    fn keep(&mut self, datagram: &[u8]) -> Progress {
        let Some(assembly) = &mut self.assembly else {
            return Progress::Nothing;
        };
        assembly.datagrams.push(datagram.to_vec());
        if !assembly.is_whole() {
            return Progress::Partial;
        }
        let hello = ClientHello::parse(&assembly.message);
        match (hello, self.assembly.take()) {
            (Some(hello), Some(assembly)) => Progress::Whole(hello, assembly.datagrams),
            _ => Progress::Nothing,
        }
    }
}

impl Assembly {
    fn new(piece: Piece<'_>) -> Self {
        Self {
            message_seq: piece.message_seq,
            // Bounded by `HELLO_LEN_MAX`, whatever the peer claims.
            message: vec![0; piece.len],
            ranges: Vec::new(),
            datagrams: Vec::new(),
        }
    }

    fn add(&mut self, piece: Piece<'_>) -> bool {
        let (begin, end) = (piece.offset, piece.offset + piece.bytes.len());
        let known = self
            .ranges
            .iter()
            .any(|&(from, to)| from <= begin && end <= to);
        let Some(place) = self.message.get_mut(begin..end) else {
            return false;
        };
        if known || place.is_empty() || self.ranges.len() >= RANGES_MAX {
            return false;
        }
        place.copy_from_slice(piece.bytes);
        let touching = |&(from, to): &(usize, usize)| from <= end && begin <= to;
        let merged = self
            .ranges
            .iter()
            .filter(|range| touching(range))
            .fold((begin, end), |(low, high), &(from, to)| {
                (low.min(from), high.max(to))
            });
        self.ranges.retain(|range| !touching(range));
        self.ranges.push(merged);
        true
    }

    fn is_whole(&self) -> bool {
        self.ranges == [(0, self.message.len())]
    }
}

impl ClientHello {
    /// Reads the body of the message; `None` if it does not add up.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(body);
        // Version and random.
        cursor.bytes(2 + 32)?;
        let _session_id = cursor.vector_u8()?;
        let _cookie = cursor.vector_u8()?;
        let suites = cursor.vector_u16()?;
        let _compression = cursor.vector_u8()?;

        let mut offer = Offer::default();
        if !cursor.is_empty() {
            let mut extensions = cursor.vector_u16()?;
            while !extensions.is_empty() {
                let kind = extensions.u16()?;
                offer.read(kind, extensions.vector_u16()?)?;
            }
        }
        let ecdsa = offer.group && offer.ecdsa;
        Some(Self {
            fits_1_2: ecdsa
                && offer.extended_master_secret
                && suites.any_u16(|suite| SUITES_1_2.contains(&suite)),
            fits_1_3: ecdsa
                && offer.dtls_1_3
                && suites.any_u16(|suite| SUITES_1_3.contains(&suite)),
            encrypt_then_mac: offer.encrypt_then_mac,
            first_srtp_profile: offer.first_srtp_profile,
            srtp_fits: offer.srtp_fits.unwrap_or(true),
        })
    }
}

/// What the extensions say.
#[derive(Default)]
struct Offer {
    dtls_1_3: bool,
    group: bool,
    ecdsa: bool,
    extended_master_secret: bool,
    encrypt_then_mac: bool,
    first_srtp_profile: Option<SrtpProfile>,
    srtp_fits: Option<bool>,
}

impl Offer {
    /// `None` if the extension is broken.
    fn read(&mut self, kind: u16, mut body: Cursor<'_>) -> Option<()> {
        match kind {
            SUPPORTED_VERSIONS => {
                self.dtls_1_3 = body.vector_u8()?.any_u16(|version| version == DTLS_1_3);
            }
            SUPPORTED_GROUPS => {
                self.group = body.vector_u16()?.any_u16(|group| GROUPS.contains(&group));
            }
            SIGNATURE_ALGORITHMS => {
                let wanted = |algorithm| algorithm == ECDSA_SECP256R1_SHA256;
                self.ecdsa = body.vector_u16()?.any_u16(wanted);
            }
            EXTENDED_MASTER_SECRET => self.extended_master_secret = true,
            ENCRYPT_THEN_MAC => self.encrypt_then_mac = true,
            USE_SRTP => {
                let mut profiles = body.vector_u16()?;
                let mut fits = false;
                while let Some(id) = profiles.u16() {
                    let profile = SrtpProfile::from_wire(id);
                    fits |= profile.is_some_and(|p| p != SrtpProfile::Aes128CmSha1_32);
                    self.first_srtp_profile = self.first_srtp_profile.or(profile);
                }
                self.srtp_fits = Some(fits);
            }
            _ => {}
        }
        Some(())
    }
}

/// Reads from the front; `None` once there is too little.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn bytes(&mut self, len: usize) -> Option<Cursor<'a>> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(Cursor(head))
    }

    fn u16(&mut self) -> Option<u16> {
        let (head, tail) = self.0.split_first_chunk::<2>()?;
        self.0 = tail;
        Some(u16::from_be_bytes(*head))
    }

    /// A vector whose length takes one byte (RFC 5246 §4.3).
    fn vector_u8(&mut self) -> Option<Cursor<'a>> {
        let (len, tail) = self.0.split_first()?;
        self.0 = tail;
        self.bytes(usize::from(*len))
    }

    /// A vector whose length takes two bytes.
    fn vector_u16(&mut self) -> Option<Cursor<'a>> {
        let len = self.u16()?;
        self.bytes(usize::from(len))
    }

    fn any_u16(mut self, wanted: impl Fn(u16) -> bool) -> bool {
        while let Some(value) = self.u16() {
            if wanted(value) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
