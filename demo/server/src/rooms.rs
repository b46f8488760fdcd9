//! All rooms: they begin with the first who enters and end with the last who leaves.

use std::collections::HashMap;
use std::sync::Arc;

use brodo::{RouterOptions, Worker};
use tokio::sync::Mutex;

use crate::error::Refused;
use crate::names::check_name;
use crate::room::Room;

/// Rooms at a time; the next gets a refusal.
const ROOMS_MAX: usize = 256;

/// All rooms. Who enters or leaves holds the lock, so no room ends while someone comes in.
#[derive(Debug)]
pub struct Rooms {
    worker: Worker,
    by_name: Mutex<HashMap<String, Arc<Room>>>,
}

impl Rooms {
    pub fn new(worker: Worker) -> Self {
        Self {
            worker,
            by_name: Mutex::default(),
        }
    }

    /// The room of that name, if someone is in it.
    pub async fn find(&self, name: &str) -> Result<Arc<Room>, Refused> {
        let rooms = self.by_name.lock().await;
        rooms
            .get(name)
            .cloned()
            .ok_or_else(|| Refused::not_found("room", name))
    }

    /// Lets someone into a room, which is made if there is none. `enter` adds them.
    pub async fn enter<T>(
        &self,
        name: &str,
        enter: impl FnOnce(&Arc<Room>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        check_name("room", name)?;
        let mut rooms = self.by_name.lock().await;
        if let Some(room) = rooms.get(name) {
            return enter(room);
        }
        if rooms.len() >= ROOMS_MAX {
            return Err(Refused::full("rooms", ROOMS_MAX));
        }
        let router = self
            .worker
            .create_router(RouterOptions::new(brodo::default_codecs()))
            .await?;
        let room = Arc::new(Room::new(name.to_owned(), router));
        let entered = enter(&room)?;
        tracing::info!(room = name, "room opened");
        rooms.insert(name.to_owned(), room);
        Ok(entered)
    }

    /// Ends the room if nobody is left in it.
    pub async fn tidy(&self, room: &Arc<Room>) {
        let mut rooms = self.by_name.lock().await;
        let current = rooms
            .get(room.name())
            .is_some_and(|found| Arc::ptr_eq(found, room));
        if current && room.is_empty() {
            rooms.remove(room.name());
            room.close();
            tracing::info!(room = room.name(), "room closed");
        }
    }

    /// All rooms there are now.
    pub async fn all(&self) -> Vec<Arc<Room>> {
        self.by_name.lock().await.values().cloned().collect()
    }
}
