//! An endpoint's connection: str0m without SDP.

use std::net::SocketAddr;

use control::{
    DtlsFingerprint, DtlsParameters, DtlsRole, FingerprintAlgorithm, IceParameters,
    SctpStreamParameters,
};
use ortc::MediaKind;
use str0m::config::DtlsVersion;
use str0m::config::Fingerprint;
use str0m::crypto::dtls::ProtocolVersion;
use str0m::format::Codec;
use str0m::media::{Mid, Pt, Rid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::Ssrc;
use str0m::{Candidate, Event, IceConnectionState, IceCreds, Input, Output, Rtc, RtcConfig};
use units::Instant;

use crate::clock::Clock;
use crate::netsim::Packet;
use crate::peer::camera::{Camera, CameraConfig, Wiring};
use crate::peer::channels::Channels;
use crate::peer::screen::Screen;

/// How an endpoint connects.
#[derive(Clone, Copy, Debug)]
pub struct PeerConfig {
    /// The versions of DTLS that it speaks.
    pub dtls: DtlsVersion,
    /// It opens the DTLS handshake.
    pub active: bool,
    /// Seconds without a valid check until the server counts it as gone; 0 never, else 10 to 60.
    pub consent_timeout: u8,
    /// It opens data channels.
    pub data: bool,
}

impl Default for PeerConfig {
    fn default() -> Self {
        Self {
            dtls: DtlsVersion::Dtls12,
            active: true,
            consent_timeout: 30,
            data: false,
        }
    }
}

/// An endpoint.
#[derive(Debug)]
pub struct Peer {
    rtc: Rtc,
    clock: Clock,
    server: SocketAddr,
    /// Its own addresses, and what the world sees of them.
    addresses: Vec<(SocketAddr, SocketAddr)>,
    wake_at: Option<Instant>,
    cameras: Vec<Camera>,
    screen: Screen,
    channels: Channels,
    sent: Vec<Packet>,
    connected_at: Option<Instant>,
    ice_states: Vec<(Instant, IceConnectionState)>,
}

impl Peer {
    /// An endpoint at `address` that knows the server's address and codecs.
    ///
    /// # Panics
    ///
    /// If str0m refuses the address.
    #[must_use]
    pub fn new(
        now: Instant,
        clock: Clock,
        rtc: RtcConfig,
        [address, server]: [SocketAddr; 2],
    ) -> Self {
        let mut rtc = rtc.build(clock.to_std(now));
        rtc.add_local_candidate(host(address)).expect("a new one");
        rtc.add_remote_candidate(host(server));
        rtc.direct_api().set_ice_controlling(true);
        Self {
            rtc,
            clock,
            server,
            addresses: vec![(address, address)],
            wake_at: Some(now),
            cameras: Vec::new(),
            screen: Screen::default(),
            channels: Channels::default(),
            sent: Vec::new(),
            connected_at: None,
            ice_states: Vec::new(),
        }
    }

    /// Takes the server's parameters and gives its own.
    ///
    /// # Panics
    ///
    /// If the server's fingerprints lack SHA-256.
    pub fn connect(
        &mut self,
        ice: &IceParameters,
        dtls: &DtlsParameters,
        active: bool,
    ) -> DtlsParameters {
        let theirs = dtls
            .fingerprints
            .iter()
            .find(|fingerprint| fingerprint.algorithm == FingerprintAlgorithm::Sha256)
            .expect("a SHA-256 fingerprint");
        let bytes = theirs
            .value
            .split(':')
            .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
            .collect();
        let mut api = self.rtc.direct_api();
        api.set_remote_ice_credentials(credentials(ice));
        api.set_remote_fingerprint(Fingerprint {
            hash_func: "sha-256".into(),
            bytes,
        });
        api.enable_twcc_feedback();
        api.start_dtls(active).expect("DTLS starts once");
        let ours: Vec<String> = api
            .local_dtls_fingerprint()
            .bytes
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        DtlsParameters {
            role: if active {
                DtlsRole::Client
            } else {
                DtlsRole::Server
            },
            fingerprints: vec![DtlsFingerprint {
                algorithm: FingerprintAlgorithm::Sha256,
                value: ours.join(":"),
            }],
        }
    }

    /// Goes to another address with new ICE credentials; the old address is gone.
    pub fn restart_ice(&mut self, now: Instant, ice: &IceParameters, address: SocketAddr) {
        for (own, _) in std::mem::take(&mut self.addresses) {
            self.rtc.direct_api().invalidate_candidate(&host(own));
        }
        let mut api = self.rtc.direct_api();
        api.set_local_ice_credentials(IceCreds::new());
        api.set_remote_ice_credentials(credentials(ice));
        self.rtc
            .add_local_candidate(host(address))
            .expect("a new one");
        self.addresses.push((address, address));
        self.wake_at = Some(now);
    }

    /// A NAT on its way gives it another face; it does not notice.
    pub fn rebind(&mut self, public: SocketAddr) {
        for (_, face) in &mut self.addresses {
            *face = public;
        }
    }

    /// Adds a camera: one for each of its streams.
    pub fn add_camera(
        &mut self,
        now: Instant,
        config: CameraConfig,
        (mid, ssrcs): (&str, &[(u32, Option<u32>)]),
        payload_type: u8,
    ) {
        let mid = Mid::from(mid);
        let mut api = self.rtc.direct_api();
        api.declare_media(mid, str0m_kind(config.kind));
        for (encoding, (ssrc, rtx)) in (0..).zip(ssrcs) {
            let rid = config.rid(encoding).map(|rid| Rid::from(rid.as_str()));
            let ssrc = Ssrc::from(*ssrc);
            let stream = api.declare_stream_tx(ssrc, rtx.map(Ssrc::from), mid, rid);
            if rtx.is_some() {
                // Two seconds of media, and every repair that is asked for.
                stream.set_rtx_cache(2_048, std::time::Duration::from_secs(3), None);
            }
            let wiring = Wiring {
                mid,
                ssrc,
                payload_type: Pt::from(payload_type),
                rid,
                encoding,
            };
            self.cameras.push(Camera::new(now, config, wiring));
        }
        self.wake_at = Some(now);
    }

    /// Expects a stream.
    pub fn expect(&mut self, kind: MediaKind, mid: &str, ssrc: u32, rtx: Option<u32>) {
        let mid = Mid::from(mid);
        let mut api = self.rtc.direct_api();
        api.declare_media(mid, str0m_kind(kind));
        api.expect_stream_rx(Ssrc::from(ssrc), rtx.map(Ssrc::from), mid, None);
    }

    /// A datagram arrives at one of its addresses. What str0m refuses to read is lost.
    pub fn receive(&mut self, now: Instant, packet: &Packet) {
        let Some((own, _)) = self.addresses.iter().find(|(_, face)| *face == packet.to) else {
            return;
        };
        if let Ok(received) = Receive::new(Protocol::Udp, packet.from, *own, &packet.data) {
            self.input(now, |at| Input::Receive(at, received));
        }
    }

    /// Whether a packet to `address` comes here.
    #[must_use]
    pub fn owns(&self, address: SocketAddr) -> bool {
        self.addresses.iter().any(|(_, face)| *face == address)
    }

    /// When [`Peer::wake`] is due.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        let films = self.connected_at.is_some();
        let cameras = self.cameras.iter().filter_map(Camera::next_at);
        let next_frame = cameras.filter(|_| films).min();
        self.wake_at.into_iter().chain(next_frame).min()
    }

    /// Does what is due.
    pub fn wake(&mut self, now: Instant) {
        if self.connected_at.is_some() {
            for camera in &mut self.cameras {
                camera.film(now, self.clock, &mut self.rtc);
            }
        }
        self.input(now, Input::Timeout);
    }

    /// Takes what is to be sent.
    pub fn take_sent(&mut self) -> Vec<Packet> {
        let mut sent = std::mem::take(&mut self.sent);
        // Which of several streams goes first str0m leaves to chance; a story is to be told twice.
        sent.sort_by_key(stream_of);
        sent
    }

    /// When ICE and DTLS were done, if they are.
    #[must_use]
    pub fn connected_at(&self) -> Option<Instant> {
        self.connected_at
    }

    /// What its ICE went through.
    #[must_use]
    pub fn ice_states(&self) -> &[(Instant, IceConnectionState)] {
        &self.ice_states
    }

    /// The version that the handshake agreed on.
    pub fn dtls_version(&mut self) -> Option<ProtocolVersion> {
        self.rtc.direct_api().dtls_protocol_version()
    }

    /// Its cameras, in the order they were added.
    pub fn camera(&mut self, index: usize) -> &mut Camera {
        &mut self.cameras[index]
    }

    /// What it sees.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Speaks SCTP inside DTLS, and begins with it if it is `active`.
    pub fn start_sctp(&mut self, active: bool) {
        self.rtc.direct_api().start_sctp(active);
    }

    /// Opens a data channel on a stream that was agreed on.
    pub fn open_channel(&mut self, now: Instant, stream: &SctpStreamParameters) {
        self.channels.open(&mut self.rtc, stream);
        self.wake_at = Some(now);
    }

    /// Closes it.
    pub fn close_channel(&mut self, now: Instant, stream: u16) {
        self.channels.close(&mut self.rtc, stream);
        self.wake_at = Some(now);
    }

    /// Sends a message on a channel; false if it is not open, or too much waits.
    pub fn say(&mut self, now: Instant, stream: u16, data: &[u8]) -> bool {
        let taken = self.channels.say(&mut self.rtc, stream, data);
        if taken {
            self.wake_at = Some(now);
        }
        taken
    }

    /// Its data channels.
    #[must_use]
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Its connection, for stories that misuse it. Afterwards the world must be run on.
    pub fn rtc(&mut self) -> &mut Rtc {
        &mut self.rtc
    }

    fn input<'a>(&mut self, now: Instant, input: impl FnOnce(std::time::Instant) -> Input<'a>) {
        // An error ends the connection; the story notices that nothing arrives.
        if self
            .rtc
            .handle_input(input(self.clock.to_std(now)))
            .is_err()
        {
            self.wake_at = None;
            return;
        }
        self.drain(now);
    }

    fn drain(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    let face = self
                        .addresses
                        .iter()
                        .find(|(own, _)| *own == transmit.source);
                    if let Some((_, from)) = face {
                        self.sent.push(Packet {
                            from: *from,
                            to: transmit.destination,
                            data: transmit.contents.to_vec(),
                        });
                    }
                }
                Ok(Output::Event(event)) => self.notice(now, &event),
                Ok(Output::Timeout(at)) => {
                    // str0m may ask for the moment that is; time has to move for it to get anywhere.
                    let soon = now + std::time::Duration::from_micros(100);
                    self.wake_at = Some(self.clock.from_std(at).max(soon));
                    return;
                }
                Err(_) => {
                    self.wake_at = None;
                    return;
                }
            }
        }
    }

    fn notice(&mut self, now: Instant, event: &Event) {
        match event {
            Event::Connected => self.connected_at = Some(now),
            Event::IceConnectionStateChange(state) => self.ice_states.push((now, *state)),
            Event::KeyframeRequest(request) => {
                for camera in &mut self.cameras {
                    if camera.is(request.mid, request.rid) {
                        camera.ask_key_frame();
                    }
                }
            }
            Event::RtpPacket(packet) => {
                let number = packet.header.payload_type;
                let codecs = self.rtc.codec_config();
                let vp9 = codecs.find(|it| it.pt() == number && it.spec().codec == Codec::Vp9);
                let vp9 = vp9.is_some();
                self.screen.show(now, packet, vp9);
            }
            other => self.channels.notice(other),
        }
    }

    /// Where the server is.
    #[must_use]
    pub fn server(&self) -> SocketAddr {
        self.server
    }
}

fn host(address: SocketAddr) -> Candidate {
    Candidate::host(address, "udp").expect("an address that can be reached")
}

fn credentials(ice: &IceParameters) -> IceCreds {
    IceCreds {
        ufrag: ice.username_fragment.clone(),
        pass: ice.password.clone(),
    }
}

fn str0m_kind(kind: MediaKind) -> str0m::media::MediaKind {
    match kind {
        MediaKind::Audio => str0m::media::MediaKind::Audio,
        MediaKind::Video => str0m::media::MediaKind::Video,
    }
}

/// The SSRC of media (RFC 7983 tells it, RFC 5761 §4 tells it from RTCP); none for the rest, which goes first.
fn stream_of(packet: &Packet) -> Option<u32> {
    let is_media =
        matches!(packet.data.get(..2), Some([128..=191, kind]) if !(192..=223).contains(kind));
    let ssrc = packet.data.get(8..12).filter(|_| is_media)?;
    Some(u32::from_be_bytes(ssrc.try_into().ok()?))
}
