//! The observer object: what both kinds share.

use std::collections::VecDeque;
use std::time::Duration;

use control::{ActiveSpeakerObserverOptions, AudioLevelObserverOptions, Refusal, RtpObserverId};
use units::Instant;

use crate::observer::levels::{AudioLevels, Heard};
use crate::observer::speaker::ActiveSpeaker;

/// What an observer heard. Producers by the number under which they were added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObserverEvent {
    /// Another one speaks.
    DominantSpeaker(usize),
    /// The loudest and how loud they are in dBov, loudest first.
    Volumes(Vec<(usize, i8)>),
    /// Nobody is loud any more.
    Silence,
}

/// Hears how loud producers are.
#[derive(Debug)]
pub struct RtpObserver {
    id: RtpObserverId,
    kind: Kind,
    paused: bool,
    /// Drained after every call; a call makes at most one.
    events: VecDeque<ObserverEvent>,
}

#[derive(Debug)]
enum Kind {
    Levels(AudioLevels),
    Speaker(ActiveSpeaker),
}

impl RtpObserver {
    /// Tells who is loud.
    ///
    /// # Errors
    ///
    /// [`Refusal::TypeError`] names the option that is out of bounds.
    pub fn audio_level(
        id: RtpObserverId,
        options: &AudioLevelObserverOptions,
    ) -> Result<Self, Refusal> {
        if options.max_entries == 0 {
            return Err(Refusal::TypeError("maxEntries must be positive".into()));
        }
        if !(-127..=0).contains(&options.threshold) {
            return Err(Refusal::TypeError(format!(
                "threshold must be between -127 and 0, not {}",
                options.threshold
            )));
        }
        let interval = Duration::from_millis(options.interval.into());
        let levels = AudioLevels::new(options.max_entries, options.threshold, interval);
        Ok(Self::new(id, Kind::Levels(levels)))
    }

    /// Tells who speaks.
    #[must_use]
    pub fn active_speaker(id: RtpObserverId, options: ActiveSpeakerObserverOptions) -> Self {
        let interval = Duration::from_millis(options.interval.into());
        Self::new(id, Kind::Speaker(ActiveSpeaker::new(interval)))
    }

    fn new(id: RtpObserverId, kind: Kind) -> Self {
        Self {
            id,
            kind,
            paused: false,
            events: VecDeque::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &RtpObserverId {
        &self.id
    }

    /// Listens to a producer.
    ///
    /// # Errors
    ///
    /// [`Refusal::Error`] from one that tells who speaks, if it listens to that producer already.
    pub fn add(&mut self, now: Instant, producer: usize, paused: bool) -> Result<(), Refusal> {
        match &mut self.kind {
            Kind::Levels(levels) => levels.add(now, producer),
            Kind::Speaker(speaker) => {
                if !speaker.add(now, producer, paused) {
                    return Err(Refusal::Error("producerId: observed already".into()));
                }
            }
        }
        if self.paused {
            self.stop();
        }
        Ok(())
    }

    /// Listens to a producer no longer; one it does not listen to is fine.
    pub fn remove(&mut self, now: Instant, producer: usize) {
        match &mut self.kind {
            Kind::Levels(levels) => levels.remove(producer),
            Kind::Speaker(speaker) => {
                let next = speaker.remove(now, producer);
                self.events.extend(next.map(ObserverEvent::DominantSpeaker));
            }
        }
    }

    /// A producer was paused, or resumed.
    pub fn set_producer_paused(&mut self, producer: usize, paused: bool) {
        match &mut self.kind {
            Kind::Levels(levels) => levels.forget(producer),
            Kind::Speaker(speaker) => speaker.set_paused(producer, paused),
        }
    }

    /// A packet of a producer was this loud: 0 is as loud as can be, 127 is silence (RFC 6464 §3).
    pub fn note_level(&mut self, now: Instant, producer: usize, level: u8) {
        if self.paused {
            return;
        }
        match &mut self.kind {
            Kind::Levels(levels) => levels.note(producer, level),
            Kind::Speaker(speaker) => speaker.note(now, producer, level),
        }
    }

    /// Stops listening.
    pub fn pause(&mut self) {
        self.paused = true;
        self.stop();
    }

    fn stop(&mut self) {
        match &mut self.kind {
            Kind::Levels(levels) => {
                let heard = levels.pause();
                self.events.extend(heard.map(ObserverEvent::from));
            }
            Kind::Speaker(speaker) => speaker.pause(),
        }
    }

    /// Listens again.
    pub fn resume(&mut self, now: Instant) {
        if !std::mem::take(&mut self.paused) {
            return;
        }
        match &mut self.kind {
            Kind::Levels(levels) => levels.resume(now),
            Kind::Speaker(speaker) => speaker.resume(now),
        }
    }

    /// Ends an interval, if it is time.
    pub fn handle_timeout(&mut self, now: Instant) {
        let event = match &mut self.kind {
            Kind::Levels(levels) => levels.handle_timeout(now).map(ObserverEvent::from),
            Kind::Speaker(speaker) => speaker
                .handle_timeout(now)
                .map(ObserverEvent::DominantSpeaker),
        };
        self.events.extend(event);
    }

    /// When [`RtpObserver::handle_timeout`] next has something to do, and what.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        match &self.kind {
            Kind::Levels(levels) => levels.poll_timeout().map(|at| (at, "audio levels")),
            Kind::Speaker(speaker) => speaker.poll_timeout().map(|at| (at, "active speaker")),
        }
    }

    /// What was heard.
    pub fn poll_event(&mut self) -> Option<ObserverEvent> {
        self.events.pop_front()
    }
}

impl From<Heard> for ObserverEvent {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Volumes(volumes) => Self::Volumes(volumes),
            Heard::Silence => Self::Silence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_bounds_are_refused_by_name() {
        let with = |max_entries, threshold| {
            let options = AudioLevelObserverOptions {
                max_entries,
                threshold,
                interval: 1_000,
            };
            RtpObserver::audio_level("o".into(), &options).map_err(|refusal| refusal.to_string())
        };

        assert!(with(0, -80).is_err_and(|text| text.contains("maxEntries")));
        assert!(with(1, 1).is_err_and(|text| text.contains("threshold")));
        assert!(with(1, -128).is_err_and(|text| text.contains("threshold")));
        assert!(with(1, -127).is_ok());
    }

    #[test]
    fn adding_twice_is_fine_for_levels_and_an_error_for_speakers() {
        let (mut levels, mut speaker) = both();
        let now = Instant::ZERO;

        assert_eq!(levels.add(now, 1, false), Ok(()));
        assert_eq!(levels.add(now, 1, false), Ok(()));
        assert_eq!(speaker.add(now, 1, false), Ok(()));
        assert!(matches!(
            speaker.add(now, 1, false),
            Err(Refusal::Error(text)) if text.contains("producerId")
        ));
    }

    #[test]
    fn whoever_is_paused_hears_nothing_and_asks_for_no_time() {
        let (mut levels, mut speaker) = both();
        for observer in [&mut levels, &mut speaker] {
            observer.pause();
            observer.add(Instant::ZERO, 1, false).expect("new");
            (0..50).for_each(|_| observer.note_level(Instant::ZERO, 1, 30));

            assert_eq!(observer.poll_timeout(), None);
            observer.resume(Instant::from_millis(10));
            assert!(observer.poll_timeout().is_some());
            assert_eq!(observer.poll_event(), None);
        }
        levels.handle_timeout(Instant::from_millis(1_010));
        assert_eq!(levels.poll_event(), None, "nothing from before");
    }

    #[test]
    fn a_producer_that_pauses_loses_what_it_said_in_this_interval() {
        let (mut levels, _) = both();
        levels.add(Instant::ZERO, 1, false).expect("new");
        (0..50).for_each(|_| levels.note_level(Instant::ZERO, 1, 30));

        levels.set_producer_paused(1, true);

        levels.handle_timeout(Instant::from_millis(1_000));
        assert_eq!(levels.poll_event(), None);
    }

    fn both() -> (RtpObserver, RtpObserver) {
        let options = AudioLevelObserverOptions {
            max_entries: 1,
            threshold: -80,
            interval: 1_000,
        };
        (
            RtpObserver::audio_level("levels".into(), &options).expect("in bounds"),
            RtpObserver::active_speaker(
                "speaker".into(),
                ActiveSpeakerObserverOptions { interval: 300 },
            ),
        )
    }
}
