//! INIT, INIT-ACK, COOKIE-ECHO, COOKIE-ACK (RFC 9260 §5), from both sides and across each other.

use std::time::Duration;

use units::Instant;

use super::cookie::{Age, Agreed};
use super::object::Association;
use super::phase::{Attempt, Phase};
use crate::config::{MTU, STREAMS};
use crate::event::{CloseReason, Event, Negotiated};
use crate::packet::{Init, Kind, parameter, parameters};
use crate::receive::Receiver;
use crate::reset::Reset;

/// Stale Cookie (RFC 9260 §3.3.10.3).
const CAUSE_STALE_COOKIE: u16 = 3;

/// A cookie must go back in one packet.
const COOKIE_LEN_MAX: usize = MTU - 16;

impl Association {
    /// Begins the handshake, unless it has begun.
    pub fn connect(&mut self, now: Instant) {
        if let Phase::New = self.phase {
            self.phase = Phase::CookieWait(Attempt::new(now));
            self.send_init();
        }
    }

    /// T1-init, T1-cookie, T2-shutdown.
    pub(super) fn handle_phase_timeout(&mut self, now: Instant) {
        if self.phase.deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        match &mut self.phase {
            Phase::CookieWait(attempt) => match attempt.again(now) {
                Some(next) => {
                    *attempt = next;
                    self.send_init();
                }
                None => self.close(CloseReason::HandshakeFailed, false),
            },
            Phase::CookieEchoed(attempt, _) => match attempt.again(now) {
                Some(next) => {
                    *attempt = next;
                    self.send_cookie();
                }
                None => self.close(CloseReason::HandshakeFailed, true),
            },
            Phase::ShutdownAckSent(attempt) => match attempt.again(now) {
                Some(next) => {
                    *attempt = next;
                    self.send_shutdown_ack();
                }
                None => self.close(CloseReason::PeerShutdown, false),
            },
            _ => {}
        }
    }

    /// An INIT: answered with a cookie, remembered nowhere (§5.1, §5.2.1, §5.2.2).
    pub(super) fn handle_init(&mut self, now: Instant, value: &[u8]) {
        let Some((init, params)) = Init::parse(value) else {
            self.statistics.chunks_refused += 1;
            return;
        };
        if init.tag == 0 || init.streams_in == 0 || init.streams_out == 0 {
            // §3.3.2: such an INIT is refused with an ABORT; one without a tag cannot be.
            self.statistics.chunks_refused += 1;
            if init.tag != 0 {
                self.reply(init.tag, Kind::Abort, |_| {});
            }
            return;
        }
        let ours = match self.phase {
            Phase::Closed(_) | Phase::ShutdownAckSent(_) => return,
            // §5.2.1: crossing INITs are answered with what our own INIT said.
            Phase::New | Phase::CookieWait(_) | Phase::CookieEchoed(..) => {
                (self.identity.tag, self.identity.tsn)
            }
            // §5.2.2: the peer may have started anew. It proves that with the cookie.
            Phase::Established | Phase::ShutdownReceived => {
                (self.identity.secret.draw(), self.identity.secret.draw())
            }
        };
        let mut agreed = Agreed::new(init, &params, ours.0, ours.1);
        agreed.tie = self.identity.peer_tag.map(|peer| (self.identity.tag, peer));
        let cookie = self.identity.secret.seal(now, &agreed);
        let answer = self.own_init(ours);
        self.reply(init.tag, Kind::InitAck, |out| {
            answer.write(Some(&cookie), out);
        });
    }

    /// §5.1 C, §5.2.3.
    pub(super) fn handle_init_ack(&mut self, now: Instant, value: &[u8]) {
        let Phase::CookieWait(_) = self.phase else {
            return;
        };
        let Some((init, params)) = Init::parse(value) else {
            self.statistics.chunks_refused += 1;
            return;
        };
        let cookie = params
            .cookie
            .filter(|cookie| cookie.len() <= COOKIE_LEN_MAX);
        let valid = init.tag != 0 && init.streams_in != 0 && init.streams_out != 0;
        let Some(cookie) = cookie.filter(|_| valid) else {
            self.identity.peer_tag = (init.tag != 0).then_some(init.tag);
            self.close(CloseReason::HandshakeFailed, true);
            return;
        };
        let cookie = cookie.to_vec();
        let agreed = Agreed::new(init, &params, self.identity.tag, self.identity.tsn);
        self.adopt(&agreed);
        self.phase = Phase::CookieEchoed(Attempt::new(now), cookie);
        self.send_cookie();
    }

    /// §5.1 D, §5.2.4. True if the rest of the packet belongs to the association.
    pub(super) fn handle_cookie_echo(&mut self, now: Instant, tag: u32, cookie: &[u8]) -> bool {
        let Some((agreed, age)) = self.identity.secret.open(now, cookie) else {
            self.statistics.chunks_refused += 1;
            return false;
        };
        if agreed.tag != tag {
            return false;
        }
        let ours = agreed.tag == self.identity.tag;
        let theirs = self.identity.peer_tag == Some(agreed.peer.tag);
        // §5.2.4 3: age does not matter where nothing but a COOKIE-ACK comes of it.
        if let Age::Stale(by) = age
            && !(ours && theirs)
        {
            self.refuse_stale(agreed.peer.tag, by);
            return false;
        }
        match &self.phase {
            Phase::Closed(_) | Phase::ShutdownReceived | Phase::ShutdownAckSent(_) => return false,
            Phase::New | Phase::CookieWait(_) | Phase::CookieEchoed(..) if ours => {
                self.adopt(&agreed);
                self.establish(now);
            }
            // D: our COOKIE-ACK was lost.
            Phase::Established if ours && theirs => {}
            // A: the peer has forgotten us and starts anew.
            Phase::Established if !ours && agreed.tie == self.tie() => {
                self.identity.tag = agreed.tag;
                self.identity.tsn = agreed.tsn;
                self.sender.restart(agreed.tsn);
                self.adopt(&agreed);
                self.establish(now);
            }
            // B after the fact, C: a cookie from a handshake that came to nothing.
            _ => return false,
        }
        self.push_control(Kind::CookieAck, Vec::new());
        true
    }

    /// §3.3.10.3: by how many microseconds the cookie came too late.
    fn refuse_stale(&mut self, tag: u32, by: Duration) {
        self.statistics.chunks_refused += 1;
        let micros = u32::try_from(by.as_micros()).unwrap_or(u32::MAX);
        self.reply(tag, Kind::Error, |out| {
            parameter(out, CAUSE_STALE_COOKIE, |out| {
                out.extend_from_slice(&micros.to_be_bytes());
            });
        });
    }

    /// §5.2.6: our cookie came too late, so a new one is asked for. Any other error ends nothing
    /// (§3.3.10).
    pub(super) fn handle_error(&mut self, now: Instant, value: &[u8]) {
        let stale = parameters(value).any(|(cause, _)| cause == CAUSE_STALE_COOKIE);
        if let Phase::CookieEchoed(..) = self.phase
            && stale
        {
            self.phase = Phase::CookieWait(Attempt::new(now));
            self.send_init();
        }
    }

    /// §5.1 E, §5.2.5.
    pub(super) fn handle_cookie_ack(&mut self, now: Instant) {
        if let Phase::CookieEchoed(..) = self.phase {
            self.establish(now);
        }
    }

    /// Both sides have said what they are.
    fn adopt(&mut self, agreed: &Agreed) {
        let peer = &agreed.peer;
        self.identity.peer_tag = Some(peer.tag);
        self.receiver = Receiver::new(peer.tsn, &self.config);
        self.reset = Reset::new(agreed.tsn, peer.tsn);
        let negotiated = Negotiated {
            // §5.1.1: the smaller of what one offers and the other takes.
            streams_out: peer.streams_in,
            streams_in: peer.streams_out,
            partial_reliability: agreed.forward_tsn,
            reconfig: agreed.reconfig,
        };
        self.identity.negotiated = Some(negotiated);
        self.sender
            .handle_peer(peer.window, negotiated.streams_out, agreed.forward_tsn);
    }

    fn establish(&mut self, now: Instant) {
        self.phase = Phase::Established;
        self.errors = 0;
        self.heartbeat.handle_life(now, self.rto.current());
        self.events
            .extend(self.identity.negotiated.map(Event::Connected));
        self.tell_lows();
    }

    fn tie(&self) -> Option<(u32, u32)> {
        self.identity.peer_tag.map(|peer| (self.identity.tag, peer))
    }

    fn own_init(&self, (tag, tsn): (u32, u32)) -> Init {
        Init {
            tag,
            window: Receiver::window_of(&self.config),
            streams_out: STREAMS,
            streams_in: STREAMS,
            tsn,
        }
    }

    fn send_init(&mut self) {
        let init = self.own_init((self.identity.tag, self.identity.tsn));
        self.reply(0, Kind::Init, |out| init.write(None, out));
    }

    fn send_cookie(&mut self) {
        if let (Phase::CookieEchoed(_, cookie), Some(tag)) = (&self.phase, self.identity.peer_tag) {
            let cookie = cookie.clone();
            self.reply(tag, Kind::CookieEcho, |out| out.extend_from_slice(&cookie));
        }
    }

    pub(super) fn send_shutdown_ack(&mut self) {
        if let Some(tag) = self.identity.peer_tag {
            self.reply(tag, Kind::ShutdownAck, |_| {});
        }
    }
}
