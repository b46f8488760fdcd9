//! When each transport next wants to be woken: a wheel of one-millisecond slots.
//!
//! A transport has one entry, the earliest deadline of all its machines. Deadlines move all the
//! time, mostly to later; so an entry that fires early is simply asked again. [`Timers::lower`] costs
//! a comparison unless the new deadline is earlier than the one in the wheel.
//!
//! Deadlines beyond the horizon (the wheel's span) wait in the last slot and are filed again when
//! that comes round. A slot is a chain through its owners, so that nothing allocates but for an owner
//! whose number is higher than any before.

use std::time::Duration;

use units::Instant;

/// The wheel's span in milliseconds, a power of two. Most deadlines (NACK 5-100 ms, reports 1 s) fit.
const SLOTS: u64 = 1024;

/// Words of the bitmap that says which slots hold entries.
const WORDS: usize = (SLOTS / 64) as usize;

/// The end of a chain.
const NOBODY: u32 = u32::MAX;

/// Deadlines of numbered owners.
#[derive(Debug)]
pub struct Timers {
    /// The first owner in each slot.
    slots: Vec<u32>,
    occupied: [u64; WORDS],
    /// The entry of each owner, if it has one.
    filed: Vec<Option<Entry>>,
    /// The first millisecond that has not been looked at.
    cursor: u64,
}

/// Where an owner stands.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Its slot time.
    tick: u64,
    /// Its neighbours in the slot.
    before: u32,
    after: u32,
}

impl Timers {
    /// An empty wheel that begins to turn at `now`.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            slots: vec![NOBODY; SLOTS as usize],
            occupied: [0; WORDS],
            filed: Vec::new(),
            cursor: now.as_millis(),
        }
    }

    /// Wakes `owner` at `deadline` or before.
    pub fn lower(&mut self, owner: usize, deadline: Instant) {
        if self.filed.len() <= owner {
            self.filed.resize(owner + 1, None);
        }
        let tick = self.tick_of(deadline);
        match self.filed[owner] {
            Some(entry) if entry.tick <= tick => {}
            Some(_) => {
                self.take_out(owner);
                self.file(owner, tick);
            }
            None => self.file(owner, tick),
        }
    }

    /// Forgets `owner`; its number may be given to another.
    pub fn forget(&mut self, owner: usize) {
        if self.filed.get(owner).is_some_and(Option::is_some) {
            self.take_out(owner);
        }
    }

    /// The earliest time at which somebody may want to be woken.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let first = (self.cursor % SLOTS) as usize;
        let (word, bit) = (first / 64, first % 64);
        let later = self.occupied[word] & (u64::MAX << bit);
        let candidates = std::iter::once((word, later))
            .chain(
                (1..WORDS)
                    .map(|step| (word + step) % WORDS)
                    .map(|at| (at, self.occupied[at])),
            )
            .chain(std::iter::once((
                word,
                self.occupied[word] & !(u64::MAX << bit),
            )));
        let slot = candidates
            .filter(|&(_, bits)| bits != 0)
            .map(|(at, bits)| at as u64 * 64 + u64::from(bits.trailing_zeros()))
            .next()?;
        let ahead = (slot + SLOTS - first as u64) % SLOTS;
        Some(Instant::from_millis(self.cursor + ahead))
    }

    /// Takes the owners whose time has come, into `due`.
    pub fn expire(&mut self, now: Instant, due: &mut Vec<usize>) {
        let end = now.as_millis();
        let turns = (end + 1).saturating_sub(self.cursor).min(SLOTS);
        for tick in self.cursor..self.cursor + turns {
            let slot = slot_of(tick);
            while self.slots[slot] != NOBODY {
                let owner = self.slots[slot] as usize;
                self.take_out(owner);
                due.push(owner);
            }
        }
        self.cursor = self.cursor.max(end + 1);
    }

    /// The slot time of a deadline: rounded up, not in the past, not beyond the horizon.
    fn tick_of(&self, deadline: Instant) -> u64 {
        let tick = deadline.as_micros().div_ceil(1_000);
        tick.clamp(self.cursor, self.cursor + SLOTS - 1)
    }

    /// Puts an owner that has no entry at the front of its slot.
    fn file(&mut self, owner: usize, tick: u64) {
        let slot = slot_of(tick);
        let after = std::mem::replace(&mut self.slots[slot], owner as u32);
        self.occupied[slot / 64] |= 1 << (slot % 64);
        if let Some(neighbour) = self.entry_mut(after) {
            neighbour.before = owner as u32;
        }
        self.filed[owner] = Some(Entry {
            tick,
            before: NOBODY,
            after,
        });
    }

    /// Joins an owner's neighbours.
    fn take_out(&mut self, owner: usize) {
        let Some(entry) = self.filed[owner].take() else {
            return;
        };
        let slot = slot_of(entry.tick);
        match self.entry_mut(entry.before) {
            Some(neighbour) => neighbour.after = entry.after,
            None => self.slots[slot] = entry.after,
        }
        if let Some(neighbour) = self.entry_mut(entry.after) {
            neighbour.before = entry.before;
        }
        if self.slots[slot] == NOBODY {
            self.occupied[slot / 64] &= !(1 << (slot % 64));
        }
    }

    fn entry_mut(&mut self, owner: u32) -> Option<&mut Entry> {
        self.filed.get_mut(owner as usize)?.as_mut()
    }
}

fn slot_of(tick: u64) -> usize {
    (tick % SLOTS) as usize
}

/// The longest that a driver may sleep when nothing is due, so that it looks after itself too.
pub const SLEEP_MAX: Duration = Duration::from_millis(SLOTS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_woken_in_the_millisecond_they_asked_for() {
        let mut timers = Timers::new(Instant::ZERO);
        timers.lower(3, Instant::from_micros(4_200));
        timers.lower(5, Instant::from_millis(900));

        assert_eq!(timers.poll_timeout(), Some(Instant::from_millis(5)));
        assert_eq!(due(&mut timers, 4), []);
        assert_eq!(due(&mut timers, 5), [3]);
        assert_eq!(timers.poll_timeout(), Some(Instant::from_millis(900)));
        assert_eq!(due(&mut timers, 2_000), [5]);
        assert_eq!(timers.poll_timeout(), None);
    }

    #[test]
    fn the_earliest_wish_of_an_owner_counts() {
        let mut timers = Timers::new(Instant::ZERO);
        timers.lower(1, Instant::from_millis(50));
        timers.lower(1, Instant::from_millis(20));
        timers.lower(1, Instant::from_millis(80));

        assert_eq!(due(&mut timers, 20), [1]);
        assert_eq!(due(&mut timers, 100), []);
    }

    #[test]
    fn a_deadline_beyond_the_horizon_wakes_its_owner_early() {
        let mut timers = Timers::new(Instant::from_millis(7));
        timers.lower(1, Instant::from_millis(60_000));

        assert_eq!(
            timers.poll_timeout(),
            Some(Instant::from_millis(7 + SLOTS - 1))
        );
        assert_eq!(due(&mut timers, 7 + SLOTS), [1]);
    }

    #[test]
    fn a_long_sleep_skips_nobody() {
        let mut timers = Timers::new(Instant::ZERO);
        for owner in 0..200 {
            timers.lower(owner, Instant::from_millis(owner as u64 * 5));
        }

        assert_eq!(due(&mut timers, 1_000_000).len(), 200);
    }

    #[test]
    fn a_forgotten_owner_is_not_woken() {
        let mut timers = Timers::new(Instant::ZERO);
        timers.lower(1, Instant::from_millis(5));

        timers.forget(1);

        assert_eq!(due(&mut timers, 10), []);
    }

    #[test]
    fn owners_of_one_millisecond_come_and_go_alone() {
        let mut timers = Timers::new(Instant::ZERO);
        for owner in 0..5 {
            timers.lower(owner, Instant::from_millis(50));
        }

        timers.forget(0);
        timers.forget(2);
        timers.forget(4);
        timers.lower(3, Instant::from_millis(20));

        assert_eq!(due(&mut timers, 20), [3]);
        assert_eq!(due(&mut timers, 50), [1]);
        assert_eq!(timers.poll_timeout(), None);
    }

    fn due(timers: &mut Timers, millis: u64) -> Vec<usize> {
        let mut due = Vec::new();
        timers.expire(Instant::from_millis(millis), &mut due);
        due
    }
}
