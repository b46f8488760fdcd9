//! How time passes.

use std::net::SocketAddr;
use std::time::Duration;

use units::Instant;

use crate::netsim::Packet;
use crate::world::object::{PeerId, World};

/// Events at one moment. More is somebody who spins.
const STEPS_AT_ONE_MOMENT: u32 = 100_000;

impl World {
    /// Lets this much time pass.
    pub fn run_for(&mut self, span: Duration) {
        let until = self.now + span;
        while self.step(until) {}
    }

    /// Lets time pass until something is the case. False if it was not after `limit`.
    pub fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let until = self.now + limit;
        loop {
            if done(self) {
                return true;
            }
            if !self.step(until) {
                return done(self);
            }
        }
    }

    /// A datagram arrives at a host now, from whoever it says.
    pub fn inject(&mut self, from: SocketAddr, data: &[u8]) {
        let to = self.hosts[0].address();
        self.inject_at(from, to, data);
    }

    /// A datagram arrives at one address of a host now, from whoever it says.
    pub fn inject_at(&mut self, from: SocketAddr, to: SocketAddr, data: &[u8]) {
        self.arrive(Packet {
            from,
            to,
            data: data.to_vec(),
        });
        self.post();
    }

    /// The next event, unless it lies beyond `until`.
    fn step(&mut self, until: Instant) -> bool {
        // A request or a misuse may have left something to send.
        self.post();
        let hosts = self.hosts.iter().filter_map(|host| host.next_at());
        let peers = self.members.iter().filter_map(|it| it.peer.next_at());
        let next = hosts.chain(peers).chain(self.calendar.next_at()).min();
        let Some(at) = next.filter(|at| *at <= until) else {
            self.now = until;
            return false;
        };
        self.now = self.now.max(at);
        self.count_step();
        if let Some(packet) = self.calendar.pop(self.now) {
            self.arrive(packet);
        } else {
            self.wake_one();
        }
        self.post();
        true
    }

    /// Whoever is due, one at a time so that what it sends goes out before others move.
    fn wake_one(&mut self) {
        let now = self.now;
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if let Some(host) = self.hosts.iter_mut().find(|host| due(host.next_at())) {
            host.wake(now);
        } else if let Some(member) = self.members.iter_mut().find(|it| due(it.peer.next_at())) {
            member.peer.wake(now);
        }
    }

    fn arrive(&mut self, packet: Packet) {
        let now = self.now;
        if let Some(host) = self.hosts.iter_mut().find(|host| host.owns(packet.to)) {
            host.receive(now, packet);
        } else if let Some(id) = self.owner(packet.to) {
            self.members[id.0].peer.receive(now, &packet);
        } else {
            self.lose(packet);
        }
    }

    /// Puts on the road what anybody has to send.
    fn post(&mut self) {
        let now = self.now;
        for at in 0..self.hosts.len() {
            for packet in self.hosts[at].take_sent() {
                match self.owner(packet.to) {
                    Some(id) => {
                        let down = &mut self.members[id.0].down;
                        for at in down.carry(now, packet.data.len()) {
                            self.calendar.add(at, packet.clone());
                        }
                    }
                    None => self.calendar.add(now, packet),
                }
            }
        }
        for member in &mut self.members {
            for packet in member.peer.take_sent() {
                if let Some(tap) = &mut member.tap {
                    tap.push(packet.clone());
                }
                for at in member.up.carry(now, packet.data.len()) {
                    self.calendar.add(at, packet.clone());
                }
            }
        }
    }

    fn owner(&self, address: SocketAddr) -> Option<PeerId> {
        let mut members = self.members.iter();
        members.position(|it| it.peer.owns(address)).map(PeerId)
    }

    fn count_step(&mut self) {
        self.steps = match self.steps {
            (at, steps) if at == self.now => (at, steps + 1),
            _ => (self.now, 1),
        };
        assert!(
            self.steps.1 <= STEPS_AT_ONE_MOMENT,
            "somebody spins at {:?}",
            self.now
        );
    }
}
