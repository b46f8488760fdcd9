//! The world as it is.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use control::{ConsumerId, ListenInfo, Protocol, Request, TransportId, WebRtcServerId};
use units::Instant;

use crate::clock::Clock;
use crate::entropy::SeededEntropy;
use crate::host::Host;
use crate::netsim::{Calendar, Link, LinkConfig, Packet};
use crate::peer::{Peer, View};
use crate::room::Room;

/// The server that all transports of a host listen on.
pub(super) const SERVER: &str = "server";

/// Datagrams to nowhere that are kept for a look.
const ASTRAY_MAX: usize = 100_000;

/// An endpoint of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerId(pub(super) usize);

/// An endpoint, its links and its place in a room.
#[derive(Debug)]
pub(super) struct Member {
    pub peer: Peer,
    pub up: Link,
    pub down: Link,
    pub room: usize,
    pub transport: TransportId,
    /// Media sections so far.
    pub sections: u32,
    /// Copies of what it sends, if someone listens on the line.
    pub tap: Option<Vec<Packet>>,
}

/// Everything there is.
#[derive(Debug)]
pub struct World {
    pub(super) now: Instant,
    pub(super) clock: Clock,
    pub(super) entropy: SeededEntropy,
    pub(super) hosts: Vec<Host>,
    pub(super) rooms: Vec<(usize, Room)>,
    pub(super) members: Vec<Member>,
    pub(super) calendar: Calendar,
    /// Who gets a consumer's packets, and under which SSRC.
    pub(super) seats: BTreeMap<ConsumerId, (PeerId, u32)>,
    pub(super) astray: Vec<Packet>,
    pub(super) named: u32,
    /// Steps at one moment.
    pub(super) steps: (Instant, u32),
}

impl World {
    /// One host with one room, and nobody in it.
    ///
    /// The endpoints' own dice, str0m's, are one a thread and begin anew too.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        fastrand::seed(seed);
        let mut world = Self {
            now: Instant::ZERO,
            clock: Clock::start(),
            entropy: SeededEntropy::new(seed),
            hosts: Vec::new(),
            rooms: Vec::new(),
            members: Vec::new(),
            calendar: Calendar::default(),
            seats: BTreeMap::new(),
            astray: Vec::new(),
            named: 0,
            steps: (Instant::ZERO, 0),
        };
        let host = world.add_host();
        world.open_room(host);
        world
    }

    /// Another host, with a server that its transports share.
    pub fn add_host(&mut self) -> usize {
        let index = self.hosts.len();
        let address = SocketAddr::from(([10, 0, index as u8, 1], 4_000));
        let mut host = Host::new(address, self.clock, self.entropy.fork());
        let socket = host.first_socket();
        let request = Request::CreateWebRtcServer {
            id: WebRtcServerId::from(SERVER),
            listen_infos: vec![ListenInfo::new(Protocol::Udp, address.ip())],
        };
        host.request(self.now, request, vec![socket])
            .expect("a server");
        self.hosts.push(host);
        index
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// A host.
    #[must_use]
    pub fn host(&self, index: usize) -> &Host {
        &self.hosts[index]
    }

    /// An endpoint.
    #[must_use]
    pub fn peer(&self, id: PeerId) -> &Peer {
        &self.members[id.0].peer
    }

    /// An endpoint, to do something with.
    pub fn peer_mut(&mut self, id: PeerId) -> &mut Peer {
        &mut self.members[id.0].peer
    }

    /// An endpoint's transport.
    #[must_use]
    pub fn transport(&self, id: PeerId) -> TransportId {
        self.members[id.0].transport.clone()
    }

    /// What arrived of a consumer; empty if nothing did.
    #[must_use]
    pub fn view(&self, consumer: &ConsumerId) -> View {
        let (peer, ssrc) = self.seats[consumer];
        let view = self.peer(peer).screen().view(ssrc);
        view.cloned().unwrap_or_default()
    }

    /// The SSRC under which a consumer's packets leave.
    #[must_use]
    pub fn ssrc_of(&self, consumer: &ConsumerId) -> u32 {
        self.seats[consumer].1
    }

    /// From now on the link from an endpoint to its host is like this.
    pub fn set_uplink(&mut self, id: PeerId, config: LinkConfig) {
        self.members[id.0].up.become_like(config);
    }

    /// From now on the link from the host to an endpoint is like this.
    pub fn set_downlink(&mut self, id: PeerId, config: LinkConfig) {
        self.members[id.0].down.become_like(config);
    }

    /// From now on both links of an endpoint are like this.
    pub fn set_links(&mut self, id: PeerId, config: LinkConfig) {
        self.set_uplink(id, config);
        self.set_downlink(id, config);
    }

    /// Someone listens on an endpoint's line from now on.
    pub fn tap(&mut self, id: PeerId) {
        self.members[id.0].tap = Some(Vec::new());
    }

    /// What the listener has heard since the last time.
    pub fn take_tapped(&mut self, id: PeerId) -> Vec<Packet> {
        match &mut self.members[id.0].tap {
            Some(heard) => std::mem::take(heard),
            None => Vec::new(),
        }
    }

    /// Lets go of what the engines have told so far.
    pub fn forget_notifications(&mut self) {
        for host in &mut self.hosts {
            host.forget_notifications();
        }
    }

    /// Takes what hosts have sent to addresses where nobody is; the first of it.
    pub fn take_astray(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.astray)
    }

    pub(super) fn lose(&mut self, packet: Packet) {
        if self.astray.len() < ASTRAY_MAX {
            self.astray.push(packet);
        }
    }

    /// A name that nobody has.
    pub(super) fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        format!("{kind}-{}", self.named)
    }

    pub(super) fn link(&mut self) -> Link {
        Link::new(LinkConfig::default(), self.entropy.fork())
    }
}
