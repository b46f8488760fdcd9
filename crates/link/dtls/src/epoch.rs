//! From the driver's clock to the standard library's and back, for `dimpl`'s sake.

use std::time::{Duration, Instant as Moment};

use units::Instant;

/// The moment that the driver's clock calls zero.
#[derive(Clone, Copy)]
pub(crate) struct Epoch(pub(crate) Moment);

impl Epoch {
    /// The standard library's word for `now`.
    pub(crate) fn moment(self, now: Instant) -> Moment {
        let span = Duration::from_micros(now.as_micros());
        self.0.checked_add(span).unwrap_or(self.0)
    }

    /// The first instant that is not before `moment`: a deadline that came a fraction too early
    /// would be asked for again and again.
    pub(crate) fn instant(self, moment: Moment) -> Instant {
        let span = moment.saturating_duration_since(self.0);
        Instant::ZERO + span.saturating_add(Duration::from_nanos(999))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_the_round_trip_and_deadlines_are_never_early() {
        let epoch = Epoch(Moment::now());
        let now = Instant::from_micros(1_234_567);
        let late = epoch.moment(now) + Duration::from_nanos(1);

        assert_eq!(epoch.instant(epoch.moment(now)), now);
        assert_eq!(epoch.instant(late), Instant::from_micros(1_234_568));
        assert!(epoch.moment(epoch.instant(late)) >= late);
    }
}
