//! Whether a quiet peer is still there (RFC 9260 §8.3).
//!
//! ```text
//!  Quiet ── nothing sent for 30 s + RTO ──▶ asked ── answer ──▶ Quiet
//!                                             └── RTO passed: an error, asked again
//! ```

use std::time::Duration;

use units::Instant;

/// RFC 9260 §16, HB.interval.
const INTERVAL: Duration = Duration::from_secs(30);

/// A value to recognise the answer by; it also carries when it was asked.
const INFO_LEN: usize = 16;

/// Heartbeat Info (RFC 9260 §3.3.5).
const PARAM_INFO: u16 = 1;

/// Asks, and listens for the answer.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    /// Unguessable, so that an answer proves that the question arrived.
    nonce: u64,
    /// `None` until the association stands.
    next_at: Option<Instant>,
    asked: Option<Asked>,
    due: bool,
}

#[derive(Debug)]
struct Asked {
    at: Instant,
    deadline: Instant,
}

impl Heartbeat {
    pub(crate) fn new(nonce: u64) -> Self {
        Self {
            nonce,
            next_at: None,
            asked: None,
            due: false,
        }
    }

    /// The association stands, or the peer acknowledged data: no need to ask for a while.
    pub(crate) fn handle_life(&mut self, now: Instant, rto: Duration) {
        self.asked = None;
        self.due = false;
        self.next_at = Some(now + INTERVAL + rto);
    }

    /// Takes in an answer; gives the round trip if it is one to what was asked.
    pub(crate) fn handle_answer(
        &mut self,
        now: Instant,
        info: &[u8],
        rto: Duration,
    ) -> Option<Duration> {
        let asked = self.asked.as_ref()?;
        if info != self.info(asked.at) {
            return None;
        }
        let rtt = now.saturating_since(asked.at);
        self.handle_life(now, rto);
        Some(rtt)
    }

    /// True if an answer is overdue.
    pub(crate) fn handle_timeout(&mut self, now: Instant, rto: Duration) -> bool {
        let overdue = self.asked.as_ref().is_some_and(|a| a.deadline <= now);
        if overdue {
            self.asked = None;
            self.due = true;
            self.next_at = Some(now + INTERVAL + rto);
        } else if self.asked.is_none() && self.next_at.is_some_and(|at| at <= now) {
            self.due = true;
            self.next_at = Some(now + INTERVAL + rto);
        }
        overdue
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.asked {
            Some(asked) => Some(asked.deadline),
            None => self.next_at,
        }
    }

    pub(crate) fn is_due(&self) -> bool {
        self.due
    }

    /// Writes the parameter that the peer sends back.
    pub(crate) fn write(&mut self, now: Instant, rto: Duration, out: &mut Vec<u8>) {
        self.due = false;
        self.asked = Some(Asked {
            at: now,
            deadline: now + rto,
        });
        crate::packet::parameter(out, PARAM_INFO, |out| {
            out.extend_from_slice(&self.info(now));
        });
    }

    /// The info in an answer.
    pub(crate) fn read(value: &[u8]) -> Option<&[u8]> {
        crate::packet::parameters(value)
            .find(|(code, _)| *code == PARAM_INFO)
            .map(|(_, info)| info)
    }

    fn info(&self, at: Instant) -> [u8; INFO_LEN] {
        let mut info = [0; INFO_LEN];
        info[..8].copy_from_slice(&self.nonce.to_be_bytes());
        info[8..].copy_from_slice(&at.as_micros().to_be_bytes());
        info
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RTO: Duration = Duration::from_millis(400);

    #[test]
    fn a_quiet_peer_is_asked_and_its_answer_measures_the_path() {
        let now = Instant::from_millis(0);
        let mut heartbeat = Heartbeat::new(7);
        heartbeat.handle_life(now, RTO);
        let asked = heartbeat.poll_timeout().expect("a deadline");
        assert_eq!(asked, now + INTERVAL + RTO);

        assert!(!heartbeat.handle_timeout(asked, RTO));
        assert!(heartbeat.is_due());
        let mut chunk = Vec::new();
        heartbeat.write(asked, RTO, &mut chunk);
        let info = Heartbeat::read(&chunk).expect("an info");

        let later = asked + Duration::from_millis(80);
        assert_eq!(heartbeat.handle_answer(later, &[0; 16], RTO), None);
        assert_eq!(
            heartbeat.handle_answer(later, info, RTO),
            Some(Duration::from_millis(80))
        );
        assert_eq!(heartbeat.handle_answer(later, info, RTO), None);
    }

    #[test]
    fn silence_is_an_error_each_time() {
        let now = Instant::from_millis(0);
        let mut heartbeat = Heartbeat::new(7);
        heartbeat.handle_life(now, RTO);
        let asked = now + INTERVAL + RTO;
        heartbeat.handle_timeout(asked, RTO);
        heartbeat.write(asked, RTO, &mut Vec::new());

        assert!(heartbeat.handle_timeout(asked + RTO, RTO));
        assert!(heartbeat.is_due());
    }
}
