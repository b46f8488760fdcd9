//! Which transport a datagram belongs to.
//!
//! A transport's own UDP socket leads to it alone. On a shared socket, and on a TCP connection, a STUN
//! request says by its user name whom it is for; every other packet is known by the way it came. The
//! user name goes first, so that a client which uses a way again for another transport reaches that.

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;
use ice::{Protocol, SocketId, Tuple};
use rtp::PacketKind;
use rustc_hash::FxHashMap;
use std::collections::HashMap;

/// Tables of ways, names and sockets. As large as what exists: tuples are bounded by the transports.
#[derive(Debug)]
pub struct Endpoints {
    own_sockets: FxHashMap<u32, usize>,
    /// Remote addresses are chosen by strangers, so the hash is seeded.
    tuples: HashMap<Tuple, usize, SeedableRandomState>,
    ufrags: HashMap<String, usize, SeedableRandomState>,
}

impl Endpoints {
    /// Nobody is here. `seed` is secret.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let state = || SeedableRandomState::with_seed(seed, SharedSeed::global_fixed());
        Self {
            own_sockets: FxHashMap::default(),
            tuples: HashMap::with_hasher(state()),
            ufrags: HashMap::with_hasher(state()),
        }
    }

    /// Whom a datagram belongs to.
    #[must_use]
    pub fn find(&self, tuple: &Tuple, data: &[u8]) -> Option<usize> {
        if tuple.protocol == Protocol::Udp
            && let Some(&owner) = self.own_sockets.get(&tuple.socket.0)
        {
            return Some(owner);
        }
        let known = || self.tuples.get(tuple).copied();
        if PacketKind::classify(data) != Some(PacketKind::Stun) {
            return known();
        }
        let named = stun::Message::parse(data)
            .ok()
            .and_then(|message| self.ufrags.get(message.receiver_ufrag()?).copied());
        named.or_else(known)
    }

    /// Whose way this is.
    #[must_use]
    pub fn owner_of(&self, tuple: &Tuple) -> Option<usize> {
        self.tuples.get(tuple).copied()
    }

    /// Everything on this UDP socket is for `owner`.
    pub fn add_own_socket(&mut self, socket: SocketId, owner: usize) {
        self.own_sockets.insert(socket.0, owner);
    }

    /// The socket is closed.
    pub fn remove_socket(&mut self, socket: SocketId) {
        self.own_sockets.remove(&socket.0);
    }

    /// `owner` has learnt a way; if it was another's, it is so no longer, and that one is given.
    pub fn add_tuple(&mut self, tuple: Tuple, owner: usize) -> Option<usize> {
        self.tuples
            .insert(tuple, owner)
            .filter(|&before| before != owner)
    }

    /// `owner` has forgotten a way.
    pub fn remove_tuple(&mut self, tuple: &Tuple, owner: usize) {
        if self.tuples.get(tuple) == Some(&owner) {
            self.tuples.remove(tuple);
        }
    }

    /// Requests with this fragment are for `owner`.
    pub fn add_ufrag(&mut self, ufrag: String, owner: usize) {
        self.ufrags.insert(ufrag, owner);
    }

    /// No longer.
    pub fn remove_ufrag(&mut self, ufrag: &str) {
        self.ufrags.remove(ufrag);
    }

    /// `owner` has gone.
    pub fn forget(&mut self, owner: usize) {
        self.own_sockets.retain(|_, &mut other| other != owner);
        self.tuples.retain(|_, &mut other| other != owner);
        self.ufrags.retain(|_, &mut other| other != owner);
    }
}

#[cfg(test)]
mod tests {
    use stun::{Class, MessageWriter, TransactionId};

    use super::*;

    #[test]
    fn a_request_goes_by_its_name_and_media_by_its_way() {
        let mut endpoints = Endpoints::new(7);
        endpoints.add_ufrag("old".into(), 1);
        endpoints.add_ufrag("new".into(), 2);
        endpoints.add_tuple(way(1), 1);

        assert_eq!(endpoints.find(&way(1), &request("new:x")), Some(2));
        assert_eq!(endpoints.find(&way(1), &[0x80; 12]), Some(1));
        assert_eq!(endpoints.find(&way(2), &request("old:x")), Some(1));
        assert_eq!(endpoints.find(&way(2), &request("none:x")), None);
        assert_eq!(endpoints.find(&way(2), &[0x80; 12]), None);
    }

    #[test]
    fn a_way_that_moved_is_not_lost_when_the_old_owner_forgets_it() {
        let mut endpoints = Endpoints::new(7);
        endpoints.add_tuple(way(1), 1);
        endpoints.add_tuple(way(1), 2);

        endpoints.remove_tuple(&way(1), 1);

        assert_eq!(endpoints.owner_of(&way(1)), Some(2));
    }

    #[test]
    fn whoever_goes_leaves_nothing() {
        let mut endpoints = Endpoints::new(7);
        endpoints.add_own_socket(SocketId(1), 1);
        endpoints.add_tuple(way(1), 1);
        endpoints.add_ufrag("a".into(), 1);

        endpoints.forget(1);

        assert_eq!(endpoints.find(&way(1), &request("a:b")), None);
    }

    fn way(port: u16) -> Tuple {
        Tuple {
            socket: SocketId(1),
            remote: ([192, 0, 2, 1], port).into(),
            protocol: Protocol::Udp,
        }
    }

    fn request(name: &str) -> Vec<u8> {
        MessageWriter::binding(Class::Request, TransactionId([1; 12]))
            .username(name)
            .finish()
    }
}
