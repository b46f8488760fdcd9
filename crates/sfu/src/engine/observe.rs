//! Observers: which producers they hear, when their intervals end, whom they tell.
//!
//! A producer knows the observers that hear it; nobody hears most, and for those a packet costs the
//! question whether that list is empty. Intervals have a wheel of their own, as its owners are numbered
//! apart from transports.

use control::{
    Notification, ProducerId, Refusal, Reply, RtpObserverCall, RtpObserverEvent, RtpObserverId,
    Volume,
};
use ortc::MediaKind;
use rtp::RtpPacket;
use units::Instant;

use crate::engine::core::Engine;
use crate::engine::objects::{Object, ObserverEntry};
use crate::observer::{ObserverEvent, RtpObserver};
use crate::outbox::Outbox;

impl Engine {
    pub(super) fn create_observer(
        &mut self,
        (router, id): (usize, RtpObserverId),
        make: impl FnOnce(RtpObserverId) -> Result<RtpObserver, Refusal>,
    ) -> Result<Reply, Refusal> {
        self.objects.check_unused(id.as_str())?;
        let observer = make(id.clone())?;
        let key = self.objects.observers.insert(ObserverEntry {
            observer,
            router,
            producers: Vec::new(),
        });
        self.objects.name(id.as_str(), Object::Observer(key));
        Ok(Reply::Done)
    }

    pub(super) fn call_observer(
        &mut self,
        now: Instant,
        key: usize,
        call: RtpObserverCall,
        out: &mut Outbox,
    ) -> Result<Reply, Refusal> {
        match call {
            RtpObserverCall::Pause => self.objects.observers[key].observer.pause(),
            RtpObserverCall::Resume => self.objects.observers[key].observer.resume(now),
            RtpObserverCall::AddProducer(id) => self.observe_producer(now, key, &id)?,
            RtpObserverCall::RemoveProducer(id) => {
                let producer = self.producer_in(self.objects.observers[key].router, &id)?;
                self.stop_observing(now, key, producer);
            }
            RtpObserverCall::Close => {
                self.close_observer(key);
                return Ok(Reply::Done);
            }
        }
        self.tell_observer_events(key, out);
        Ok(Reply::Done)
    }

    fn observe_producer(
        &mut self,
        now: Instant,
        key: usize,
        id: &ProducerId,
    ) -> Result<(), Refusal> {
        let producer = self.producer_in(self.objects.observers[key].router, id)?;
        let media = &mut self.objects.producers[producer];
        if media.producer.kind() != MediaKind::Audio {
            return Err(Refusal::TypeError(format!(
                "producerId: producer {id} is not audio"
            )));
        }
        let entry = &mut self.objects.observers[key];
        entry
            .observer
            .add(now, producer, media.producer.is_paused())?;
        if !entry.producers.contains(&producer) {
            entry.producers.push(producer);
            media.observers.push(key);
        }
        Ok(())
    }

    fn producer_in(&self, router: usize, id: &ProducerId) -> Result<usize, Refusal> {
        let found = self.objects.producer(id.as_str()).ok().filter(|&producer| {
            let transport = self.objects.producers[producer].transport;
            self.objects.transports[transport].router == router
        });
        found.ok_or_else(|| {
            Refusal::NotFound(format!("Producer with id {id} not found in this router"))
        })
    }

    fn stop_observing(&mut self, now: Instant, key: usize, producer: usize) {
        let entry = &mut self.objects.observers[key];
        entry.observer.remove(now, producer);
        entry.producers.retain(|&other| other != producer);
        self.objects.producers[producer]
            .observers
            .retain(|&other| other != key);
    }

    /// A packet of a producer that somebody hears.
    pub(super) fn observe(&mut self, now: Instant, producer: usize, packet: &RtpPacket<'_>) {
        let media = &self.objects.producers[producer];
        let Some(level) = media.producer.audio_level(packet) else {
            return;
        };
        for &key in &media.observers {
            self.objects.observers[key]
                .observer
                .note_level(now, producer, level);
        }
    }

    /// A producer was paused, or resumed.
    pub(super) fn observe_pause(&mut self, producer: usize, paused: bool) {
        for &key in &self.objects.producers[producer].observers {
            self.objects.observers[key]
                .observer
                .set_producer_paused(producer, paused);
        }
    }

    /// A producer is about to go.
    pub(super) fn observe_gone(&mut self, now: Instant, producer: usize, out: &mut Outbox) {
        for key in self.objects.producers[producer].observers.clone() {
            self.stop_observing(now, key, producer);
            self.tell_observer_events(key, out);
        }
    }

    /// Ends the intervals that are over.
    pub(super) fn tend_observers(&mut self, now: Instant, due: &mut Vec<usize>, out: &mut Outbox) {
        self.observer_timers.expire(now, due);
        for key in due.drain(..) {
            if let Some(entry) = self.objects.observers.get_mut(key) {
                entry.observer.handle_timeout(now);
                self.tell_observer_events(key, out);
            }
        }
    }

    /// Tells what an observer heard, and files when it next wants to be woken.
    fn tell_observer_events(&mut self, key: usize, out: &mut Outbox) {
        while let Some(event) = self.objects.observers[key].observer.poll_event() {
            let id = |producer: usize| self.objects.producers[producer].producer.id().clone();
            let event = match event {
                ObserverEvent::DominantSpeaker(producer) => {
                    RtpObserverEvent::DominantSpeaker(id(producer))
                }
                ObserverEvent::Volumes(volumes) => {
                    let told = volumes.into_iter().map(|(producer, volume)| Volume {
                        producer_id: id(producer),
                        volume,
                    });
                    RtpObserverEvent::Volumes(told.collect())
                }
                ObserverEvent::Silence => RtpObserverEvent::Silence,
            };
            let name = self.objects.observers[key].observer.id().clone();
            out.notify(Notification::RtpObserver(name, event));
        }
        if let Some((deadline, _)) = self.objects.observers[key].observer.poll_timeout() {
            self.observer_timers.lower(key, deadline);
        }
    }

    pub(super) fn close_observers_of(&mut self, router: usize) {
        for key in self.observers_of(router) {
            self.close_observer(key);
        }
    }

    fn close_observer(&mut self, key: usize) {
        let gone = self.objects.observers.remove(key);
        for producer in gone.producers {
            self.objects.producers[producer]
                .observers
                .retain(|&other| other != key);
        }
        self.observer_timers.forget(key);
        self.objects.unname(gone.observer.id().as_str());
    }

    /// The observers of a room.
    pub(super) fn observers_of(&self, router: usize) -> Vec<usize> {
        let all = self.objects.observers.iter();
        all.filter(|(_, entry)| entry.router == router)
            .map(|(key, _)| key)
            .collect()
    }
}
