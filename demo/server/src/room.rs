//! A room: a router, the peers in it, and the plain transports that play or record.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use brodo::{Consumer, Producer, Router};
use serde_json::{Value, json};

use crate::error::Refused;
use crate::names::check_name;
use crate::peer::{Peer, Source};
use crate::plain_media::{PlainMedia, PlainRole};
use crate::shapes;

/// Peers of one room; the next gets a refusal.
const PEERS_MAX: usize = 64;

/// Plain transports of one room; the next gets a refusal.
const PLAIN_MAX: usize = 64;

/// A router and everybody in it.
#[derive(Debug)]
pub struct Room {
    name: String,
    router: Router,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    peers: BTreeMap<String, Arc<Peer>>,
    plain: HashMap<String, PlainMedia>,
}

impl Room {
    pub fn new(name: String, router: Router) -> Self {
        Self {
            name,
            router,
            state: Mutex::default(),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn router(&self) -> &Router {
        &self.router
    }

    pub fn is_empty(&self) -> bool {
        let state = self.state();
        state.peers.is_empty() && state.plain.is_empty()
    }

    pub fn close(&self) {
        self.router.close();
    }

    /// Lets a peer in, or back in with the token it got the first time. The answer says which.
    pub fn enter(&self, id: &str, token: Option<&str>) -> Result<(Arc<Peer>, bool), Refused> {
        check_name("peer", id)?;
        let mut state = self.state();
        if let Some(peer) = state.peers.get(id) {
            return match token {
                Some(token) if peer.has_token(token) => Ok((peer.clone(), true)),
                _ => Err(Refused::Wrong(format!(
                    "peer '{id}' is in the room already"
                ))),
            };
        }
        if state.peers.len() >= PEERS_MAX {
            return Err(Refused::full("peers in the room", PEERS_MAX));
        }
        let peer = Arc::new(Peer::new(id.to_owned()));
        state.peers.insert(id.to_owned(), peer.clone());
        Ok((peer, false))
    }

    /// Takes a peer and its media out, and tells the others.
    pub fn leave(&self, peer: &Arc<Peer>) {
        let gone = {
            let mut state = self.state();
            let current = state
                .peers
                .get(peer.id())
                .is_some_and(|found| Arc::ptr_eq(found, peer));
            current.then(|| state.peers.remove(peer.id())).flatten()
        };
        if let Some(peer) = gone {
            peer.close();
            if peer.display_name().is_some() {
                self.tell_others(peer.id(), "peerClosed", &json!({ "peerId": peer.id() }));
            }
        }
    }

    /// Tells all who have joined, but the one it is about.
    pub fn tell_others(&self, about: &str, method: &str, data: &Value) {
        let peers: Vec<Arc<Peer>> = self.state().peers.values().cloned().collect();
        for peer in peers {
            if peer.id() != about && peer.display_name().is_some() {
                peer.tell(method, data);
            }
        }
    }

    /// Everybody but `except` who has joined or plays, with what they send.
    pub fn others(&self, except: Option<&str>) -> Vec<Value> {
        let state = self.state();
        let peers = state
            .peers
            .values()
            .filter(|peer| Some(peer.id()) != except)
            .filter_map(|peer| {
                Some(shapes::peer(
                    peer.id(),
                    &peer.display_name()?,
                    &peer.producers(),
                ))
            });
        let mut players: BTreeMap<String, Vec<(Producer, Source)>> = BTreeMap::new();
        for media in state.plain.values() {
            if let PlainRole::Plays { name, producer } = &media.role {
                let source = Source::of_kind(producer.kind());
                players
                    .entry(name.clone())
                    .or_default()
                    .push((producer.clone(), source));
            }
        }
        let players = players
            .iter()
            .map(|(name, producers)| shapes::peer(&player_id(name), name, producers));
        peers.chain(players).collect()
    }

    /// Keeps a plain transport, and tells the peers of what it plays.
    pub fn add_plain(&self, media: PlainMedia) -> Result<(), Refused> {
        let told = match &media.role {
            PlainRole::Plays { name, producer } => Some((name.clone(), producer.clone())),
            PlainRole::Records { .. } => None,
        };
        let is_new = {
            let mut state = self.state();
            if state.plain.len() >= PLAIN_MAX {
                media.close();
                return Err(Refused::full("plain transports in the room", PLAIN_MAX));
            }
            let is_new = told.as_ref().is_some_and(|(name, _)| !state.plays(name));
            state.plain.insert(media.transport.id().to_string(), media);
            is_new
        };
        if let Some((name, producer)) = told {
            let id = player_id(&name);
            if is_new {
                self.tell_others(
                    &id,
                    "newPeer",
                    &json!({ "peerId": id, "displayName": name }),
                );
            }
            let source = Source::of_kind(producer.kind());
            self.tell_others(
                &id,
                "newProducer",
                &shapes::new_producer(&id, &producer, source),
            );
        }
        Ok(())
    }

    /// Closes a plain transport; false if it is not of this room.
    pub fn remove_plain(&self, transport_id: &str) -> bool {
        let Some((media, last)) = ({
            let mut state = self.state();
            state.plain.remove(transport_id).map(|media| {
                let last =
                    matches!(&media.role, PlainRole::Plays { name, .. } if !state.plays(name));
                (media, last)
            })
        }) else {
            return false;
        };
        if let PlainRole::Plays { name, producer } = &media.role {
            let id = player_id(name);
            let data = json!({ "peerId": id, "producerId": producer.id() });
            self.tell_others(&id, "producerClosed", &data);
            if last {
                self.tell_others(&id, "peerClosed", &json!({ "peerId": id }));
            }
        }
        media.close();
        true
    }

    /// A consumer of a plain transport.
    pub fn plain_consumer(&self, id: &str) -> Option<Consumer> {
        self.state()
            .plain
            .values()
            .find_map(|media| match &media.role {
                PlainRole::Records { consumer } if consumer.id().as_str() == id => {
                    Some(consumer.clone())
                }
                _ => None,
            })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn plays(&self, name: &str) -> bool {
        self.plain.values().any(
            |media| matches!(&media.role, PlainRole::Plays { name: other, .. } if other == name),
        )
    }
}

/// What plays over a plain transport looks like a peer. A colon is in no peer's name, so none collides.
fn player_id(name: &str) -> String {
    format!("plain:{name}")
}
