//! Observers: they hear how loud producers are, and tell who speaks.
//!
//! Both kinds need the audio-level header extension (RFC 6464) in the producers' RTP parameters.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use control::{
    Notification, ProducerId, Reply, Request, RouterCall, RtpObserverCall, RtpObserverId,
};

use crate::entropy::new_id;
use crate::error::RequestError;
use crate::events::{EventStream, Readers, RtpObserverEvent};
use crate::lifecycle::{Child, Closed};
use crate::router::Router;
use crate::worker::unexpected;

/// What an active speaker observer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveSpeakerObserverOptions {
    /// Milliseconds between two comparisons, 100 to 5000. Default: 300.
    pub interval: u16,
}

impl Default for ActiveSpeakerObserverOptions {
    fn default() -> Self {
        Self { interval: 300 }
    }
}

/// What an audio level observer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioLevelObserverOptions {
    /// How many producers are told at most. Default: 1.
    pub max_entries: u16,
    /// Producers that are quieter on average are not told, in dBov, -127 to 0. Default: -80.
    pub threshold: i8,
    /// Milliseconds between two reports, 250 to 5000. Default: 1000.
    pub interval: u16,
}

impl Default for AudioLevelObserverOptions {
    fn default() -> Self {
        Self {
            max_entries: 1,
            threshold: -80,
            interval: 1_000,
        }
    }
}

/// Tells who speaks: `DominantSpeaker` whenever that is another one. Derefs to [`RtpObserver`]. Clones
/// are the same observer.
#[derive(Clone, Debug)]
pub struct ActiveSpeakerObserver(RtpObserver);

/// Tells who is loud: `Volumes` at each interval, `Silence` when nobody is any more. Derefs to
/// [`RtpObserver`]. Clones are the same observer.
#[derive(Clone, Debug)]
pub struct AudioLevelObserver(RtpObserver);

/// What both kinds of observer can do. Clones are the same observer.
#[derive(Clone, Debug)]
pub struct RtpObserver {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    router: Router,
    id: RtpObserverId,
    paused: AtomicBool,
    closed: Closed,
    events: Readers<RtpObserverEvent>,
}

impl Router {
    /// Creates an observer that tells who speaks.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the router is closed.
    pub async fn create_active_speaker_observer(
        &self,
        options: ActiveSpeakerObserverOptions,
    ) -> Result<ActiveSpeakerObserver, RequestError> {
        let options = control::ActiveSpeakerObserverOptions {
            interval: options.interval,
        };
        let make = |id| RouterCall::CreateActiveSpeakerObserver(id, options);
        RtpObserver::create(self.clone(), make)
            .await
            .map(ActiveSpeakerObserver)
    }

    /// Creates an observer that tells who is loud.
    ///
    /// # Errors
    ///
    /// [`RequestError`] names the option that is out of bounds.
    pub async fn create_audio_level_observer(
        &self,
        options: AudioLevelObserverOptions,
    ) -> Result<AudioLevelObserver, RequestError> {
        let options = control::AudioLevelObserverOptions {
            max_entries: options.max_entries,
            threshold: options.threshold,
            interval: options.interval,
        };
        let make = |id| RouterCall::CreateAudioLevelObserver(id, options);
        RtpObserver::create(self.clone(), make)
            .await
            .map(AudioLevelObserver)
    }
}

impl Deref for ActiveSpeakerObserver {
    type Target = RtpObserver;

    fn deref(&self) -> &RtpObserver {
        &self.0
    }
}

impl Deref for AudioLevelObserver {
    type Target = RtpObserver;

    fn deref(&self) -> &RtpObserver {
        &self.0
    }
}

impl RtpObserver {
    async fn create(
        router: Router,
        make: impl FnOnce(RtpObserverId) -> RouterCall,
    ) -> Result<Self, RequestError> {
        let id = RtpObserverId::from(new_id());
        let inner = Arc::new(Inner {
            router: router.clone(),
            id: id.clone(),
            paused: AtomicBool::new(false),
            closed: Closed::default(),
            events: Readers::new(),
        });
        let weak = Arc::downgrade(&inner);
        let sink = Box::new(move |notification| tell(&weak, notification));
        let request = Request::Router(router.id().clone(), make(id));
        let handle = router.worker().handle();
        match handle.request_with_events(request, Some(sink)).await? {
            Reply::Done => {}
            other => return unexpected(&other),
        }
        let weak = Arc::downgrade(&inner);
        router.children().add(weak);
        Ok(Self { inner })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &RtpObserverId {
        &self.inner.id
    }

    /// Its room.
    #[must_use]
    pub fn router(&self) -> &Router {
        &self.inner.router
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        // A flag that orders nothing else.
        self.inner.paused.load(Ordering::Relaxed)
    }

    /// Stops listening. An audio level observer that had not told `Silence` tells it.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn pause(&self) -> Result<(), RequestError> {
        self.call(RtpObserverCall::Pause).await?;
        self.inner.set_paused(true, &RtpObserverEvent::Pause);
        Ok(())
    }

    /// Listens again, from a new interval.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if it is closed.
    pub async fn resume(&self) -> Result<(), RequestError> {
        self.call(RtpObserverCall::Resume).await?;
        self.inner.set_paused(false, &RtpObserverEvent::Resume);
        Ok(())
    }

    /// Listens to a producer of the same room. One that closes is removed without an event.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the room has no such producer, if it is not audio, or, from an active speaker
    /// observer, if it was added already.
    pub async fn add_producer(&self, producer_id: &ProducerId) -> Result<(), RequestError> {
        self.call(RtpObserverCall::AddProducer(producer_id.clone()))
            .await?;
        let event = RtpObserverEvent::AddProducer(producer_id.clone());
        self.inner.events.emit(&event);
        Ok(())
    }

    /// Listens to a producer no longer. One that was not added is fine.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the room has no such producer.
    pub async fn remove_producer(&self, producer_id: &ProducerId) -> Result<(), RequestError> {
        self.call(RtpObserverCall::RemoveProducer(producer_id.clone()))
            .await?;
        let event = RtpObserverEvent::RemoveProducer(producer_id.clone());
        self.inner.events.emit(&event);
        Ok(())
    }

    /// What it hears from now on.
    #[must_use]
    pub fn events(&self) -> EventStream<RtpObserverEvent> {
        self.inner.events.subscribe()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.closed.is_closed()
    }

    /// Closes it. Again: nothing.
    pub fn close(&self) {
        self.inner.close();
    }

    async fn call(&self, call: RtpObserverCall) -> Result<(), RequestError> {
        let request = Request::RtpObserver(self.inner.id.clone(), call);
        match self.inner.router.worker().request(request).await? {
            Reply::Done => Ok(()),
            other => unexpected(&other),
        }
    }
}

/// A notification from the engine.
fn tell(weak: &Weak<Inner>, notification: Notification) {
    let (Some(inner), Notification::RtpObserver(_, event)) = (weak.upgrade(), notification) else {
        return;
    };
    inner.events.emit(&match event {
        control::RtpObserverEvent::DominantSpeaker(id) => RtpObserverEvent::DominantSpeaker(id),
        control::RtpObserverEvent::Volumes(volumes) => RtpObserverEvent::Volumes(volumes),
        control::RtpObserverEvent::Silence => RtpObserverEvent::Silence,
    });
}

impl Inner {
    fn set_paused(&self, paused: bool, event: &RtpObserverEvent) {
        if self.paused.swap(paused, Ordering::Relaxed) != paused {
            self.events.emit(event);
        }
    }

    fn close(&self) {
        if self.closed.close() {
            let request = Request::RtpObserver(self.id.clone(), RtpObserverCall::Close);
            self.router.worker().handle().tell(request);
            self.events.emit(&RtpObserverEvent::Close);
            self.events.end();
        }
    }
}

impl Child for Inner {
    fn parent_closed(&self) {
        if self.closed.close() {
            self.events.emit(&RtpObserverEvent::RouterClose);
            self.events.emit(&RtpObserverEvent::Close);
            self.events.end();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
