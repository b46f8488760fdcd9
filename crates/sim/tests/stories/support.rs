//! What many stories begin with.

use std::alloc::System;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use control::{ConsumerId, ProducerId};
use sim::{CameraConfig, LinkConfig, PeerConfig, PeerId, World};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// A whole number of seconds.
pub const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A whole number of milliseconds.
pub const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Lets time pass until these endpoints are connected.
pub fn connect(world: &mut World, peers: &[PeerId], limit: Duration) {
    let done = world.run_until(limit, |world| {
        let mut peers = peers.iter();
        peers.all(|peer| world.peer(*peer).connected_at().is_some())
    });
    assert!(done, "not connected after {limit:?}");
}

/// One who sends, one who watches, and what lies between them.
pub struct Call {
    pub sender: PeerId,
    pub viewer: PeerId,
    pub producer: ProducerId,
    pub consumer: ConsumerId,
}

impl Call {
    /// Both connected in `room` over links of 10 ms without loss; media begins to flow.
    pub fn begin(world: &mut World, room: usize, camera: CameraConfig) -> Self {
        let sender = world.join_room(room, PeerConfig::default());
        let viewer = world.join_room(room, PeerConfig::default());
        for peer in [sender, viewer] {
            world.set_links(peer, LinkConfig::lossy(0.0, 10));
        }
        let producer = world.produce(sender, camera);
        // Nothing that is filmed goes unseen: the audience is there first.
        let encodings = usize::from(camera.encodings);
        let film = |world: &mut World, filming| {
            for at in 0..encodings {
                world.peer_mut(sender).camera(at).set_filming(filming);
            }
        };
        film(world, false);
        let consumer = world.consume(viewer, &producer);
        connect(world, &[sender, viewer], secs(5));
        world.run_for(millis(100));
        film(world, true);
        Self {
            sender,
            viewer,
            producer,
            consumer,
        }
    }

    /// Stops the camera, lets the last repairs arrive and checks that everything did.
    ///
    /// `tail`: packets at the end whose loss nothing after them could reveal.
    pub fn assert_complete(&self, world: &mut World, tail: u64) {
        world.peer_mut(self.sender).camera(0).set_filming(false);
        world.run_for(secs(1));
        let packets = world.peer_mut(self.sender).camera(0).packets();
        assert!(packets > tail, "{packets} packets filmed");
        world
            .view(&self.consumer)
            .assert_complete_before(packets - tail);
    }
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The heap, watched by one story at a time: it belongs to all threads.
pub struct Heap {
    _alone: MutexGuard<'static, ()>,
}

impl Heap {
    /// Waits until no other story watches.
    pub fn watch() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Self {
            _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// What is allocated now.
    pub fn bytes(&self) -> usize {
        let stats = ALLOCATOR.stats();
        stats
            .bytes_allocated
            .saturating_sub(stats.bytes_deallocated)
    }
}
