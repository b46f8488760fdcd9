//! Packets come in: is it ours, and what does each chunk want?

use units::Instant;

use super::object::{Association, BURST, CONTROL_MAX};
use super::phase::{Attempt, Phase};
use crate::config::MTU;
use crate::dcep;
use crate::event::{CloseReason, Event};
use crate::heartbeat::Heartbeat;
use crate::message::{Message, Outgoing, Ppid, Reliability};
use crate::packet::{Chunk, Data, ForwardTsn, Kind, Packet, Reconfig, Sack, Unknown};

/// The T bit of ABORT and SHUTDOWN-COMPLETE: the tag is the sender's own (RFC 9260 §8.5.1).
const REFLECTED: u8 = 0x01;

/// Unrecognized Chunk Type (RFC 9260 §3.3.10.6).
const CAUSE_UNRECOGNIZED_CHUNK: u16 = 6;

/// A heartbeat is sent back whole; one this long still leaves room for a SACK.
const ECHO_LEN_MAX: usize = 600;

/// Whether to read on in a packet.
#[derive(PartialEq, Eq)]
enum Then {
    Next,
    Stop,
}

impl Association {
    /// Takes in a packet.
    pub fn handle_input(&mut self, now: Instant, bytes: &[u8]) {
        let Some(packet) = Packet::parse(bytes) else {
            self.statistics.packets_malformed += 1;
            return;
        };
        if !self.admits(now, packet) {
            self.statistics.packets_foreign += 1;
            return;
        }
        self.statistics.packets_received += 1;
        self.allow_burst(BURST);
        for chunk in packet.chunks() {
            if self.handle_chunk(now, &chunk) == Then::Stop {
                break;
            }
        }
        if self.phase.is_open() {
            self.handle_packet_end(now);
        }
    }

    /// The rules of the verification tag (RFC 9260 §8.5). Chunks that carry their own proof, INIT and
    /// COOKIE-ECHO, are handled here.
    fn admits(&mut self, now: Instant, packet: Packet<'_>) -> bool {
        let Some(first) = packet.chunks().next() else {
            return false;
        };
        let ours = packet.tag == self.identity.tag;
        match Kind::of(first.code) {
            Ok(Kind::Init) => {
                // §8.5.1 A, §3.1: alone, and with no tag.
                let alone = packet.chunks().nth(1).is_none();
                if packet.tag != 0 || !alone {
                    return false;
                }
                self.handle_init(now, first.value);
                true
            }
            Ok(Kind::CookieEcho) => self.handle_cookie_echo(now, packet.tag, first.value),
            Ok(Kind::Abort | Kind::ShutdownComplete) if first.flags & REFLECTED != 0 => {
                Some(packet.tag) == self.identity.peer_tag
            }
            _ => ours && !matches!(self.phase, Phase::New | Phase::Closed(_)),
        }
    }

    fn handle_chunk(&mut self, now: Instant, chunk: &Chunk<'_>) -> Then {
        let kind = match Kind::of(chunk.code) {
            Ok(kind) => kind,
            Err(unknown) => return self.handle_unknown(chunk, unknown),
        };
        match kind {
            // Done by `admits` where they may stand, which is in front.
            Kind::Init | Kind::CookieEcho => {}
            Kind::InitAck => self.handle_init_ack(now, chunk.value),
            Kind::CookieAck => self.handle_cookie_ack(now),
            Kind::Abort => {
                let reason = match self.phase {
                    Phase::CookieWait(_) | Phase::CookieEchoed(..) => CloseReason::HandshakeFailed,
                    _ => CloseReason::PeerAborted,
                };
                self.close(reason, false);
                return Then::Stop;
            }
            Kind::ShutdownComplete => {
                if let Phase::ShutdownAckSent(_) = self.phase {
                    self.close(CloseReason::PeerShutdown, false);
                }
                return Then::Stop;
            }
            Kind::Error => self.handle_error(now, chunk.value),
            // §8.3: an echo may be asked for before data flows.
            Kind::Heartbeat => {
                if chunk.value.len() <= ECHO_LEN_MAX {
                    self.push_control(Kind::HeartbeatAck, chunk.value.to_vec());
                }
            }
            _ if !self.phase.is_open() => self.statistics.chunks_refused += 1,
            _ => return self.handle_open_chunk(now, kind, chunk),
        }
        Then::Next
    }

    /// The chunks of an association that stands.
    fn handle_open_chunk(&mut self, now: Instant, kind: Kind, chunk: &Chunk<'_>) -> Then {
        let read = match kind {
            Kind::Data => match Data::parse(chunk.flags, chunk.value) {
                Some(data) => return self.handle_data(&data),
                None => None,
            },
            Kind::Sack => Sack::parse(chunk.value).map(|sack| self.handle_sack(now, &sack)),
            Kind::ForwardTsn => ForwardTsn::parse(chunk.value)
                .map(|forward| self.receiver.handle_forward_tsn(&forward)),
            Kind::HeartbeatAck => Heartbeat::read(chunk.value).map(|info| {
                let rto = self.rto.current();
                if let Some(rtt) = self.heartbeat.handle_answer(now, info, rto) {
                    self.rto.handle_sample(rtt);
                    self.errors = 0;
                }
            }),
            Kind::Reconfig => {
                self.handle_reconfig(now, chunk.value);
                Some(())
            }
            Kind::Shutdown => {
                self.handle_shutdown(now);
                Some(())
            }
            _ => None,
        };
        if read.is_none() {
            self.statistics.chunks_refused += 1;
        }
        Then::Next
    }

    fn handle_data(&mut self, data: &Data<'_>) -> Then {
        let reset = &self.reset;
        let taken = self
            .receiver
            .handle_data(data, |stream, tsn| reset.holds(stream, tsn));
        match taken {
            Ok(()) => Then::Next,
            Err(_violation) => {
                self.close(CloseReason::PeerViolation, true);
                Then::Stop
            }
        }
    }

    fn handle_sack(&mut self, now: Instant, sack: &Sack<'_>) {
        if let Some(bytes) = self.sender.handle_sack(now, sack, &mut self.rto) {
            // Of a peer that reads in batches one stands for many, for two packets each (RFC 9260 §6.2).
            let others = bytes.div_ceil(2 * MTU).saturating_sub(1);
            self.allow_burst(BURST.saturating_mul(others));
            self.errors = 0;
            self.heartbeat.handle_life(now, self.rto.current());
        }
    }

    fn handle_reconfig(&mut self, now: Instant, value: &[u8]) {
        // RFC 6525 §3.1: at most two parameters.
        for param in Reconfig::parse(value).take(2) {
            match param {
                Reconfig::Reset(request) => {
                    let receiver = &self.receiver;
                    let done = self
                        .reset
                        .handle_request(request, |tsn| receiver.has_all_to(tsn));
                    self.start_anew(now, done);
                }
                Reconfig::Response { sequence, outcome } => {
                    let ended = self
                        .reset
                        .handle_response(now, sequence, outcome, &self.rto);
                    let Some(ended) = ended else { continue };
                    self.errors = 0;
                    for stream in ended.streams {
                        self.sender.resume(stream, ended.performed);
                        self.events.push_back(Event::OutgoingStreamReset {
                            stream,
                            performed: ended.performed,
                        });
                    }
                }
                Reconfig::Other { sequence } => self.reset.handle_other(sequence),
            }
        }
    }

    /// §9.2: what waits is still sent.
    fn handle_shutdown(&mut self, now: Instant) {
        self.phase = Phase::ShutdownReceived;
        self.finish_shutdown(now);
    }

    fn finish_shutdown(&mut self, now: Instant) {
        if matches!(self.phase, Phase::ShutdownReceived) && self.sender.is_drained() {
            self.phase = Phase::ShutdownAckSent(Attempt::new(now));
            self.send_shutdown_ack();
        }
    }

    fn handle_packet_end(&mut self, now: Instant) {
        self.receiver.handle_packet_end(now);
        let receiver = &self.receiver;
        let done = self.reset.handle_progress(|tsn| receiver.has_all_to(tsn));
        self.start_anew(now, done);
        self.deliver(now);
        self.tell_lows();
        self.finish_shutdown(now);
    }

    /// The peer's reset is done: what came before is delivered, then told.
    fn start_anew(&mut self, now: Instant, streams: Option<Vec<u16>>) {
        let Some(streams) = streams else {
            return;
        };
        self.deliver(now);
        self.receiver.reset(&streams);
        self.events.push_back(match streams.is_empty() {
            true => Event::IncomingAllReset,
            false => Event::IncomingStreamsReset(streams),
        });
    }

    fn deliver(&mut self, now: Instant) {
        while let Some(message) = self.receiver.poll_message() {
            match message.ppid {
                Ppid::DCEP => self.answer_dcep(now, &message),
                _ => self.events.push_back(Event::Message(message)),
            }
        }
    }

    fn answer_dcep(&mut self, now: Instant, message: &Message) {
        if let Some(answer) = dcep::answer(&message.data) {
            // RFC 8832 §6: ordered and reliable. A full queue drops it: then nothing else goes either.
            let _refused = self.sender.push(
                now,
                Outgoing {
                    stream: message.stream,
                    ppid: Ppid::DCEP,
                    data: answer.into(),
                    reliability: Reliability::ORDERED,
                },
            );
        }
    }

    /// RFC 9260 §3.2: what to do is written in the type.
    fn handle_unknown(&mut self, chunk: &Chunk<'_>, unknown: Unknown) -> Then {
        self.statistics.chunks_refused += 1;
        if unknown.report && self.phase.is_open() && chunk.whole.len() <= ECHO_LEN_MAX {
            let mut cause = Vec::new();
            crate::packet::parameter(&mut cause, CAUSE_UNRECOGNIZED_CHUNK, |out| {
                out.extend_from_slice(chunk.whole);
            });
            self.push_control(Kind::Error, cause);
        }
        match unknown.skip {
            true => Then::Next,
            false => Then::Stop,
        }
    }

    pub(super) fn push_control(&mut self, kind: Kind, value: Vec<u8>) {
        if self.control.len() < CONTROL_MAX {
            self.control.push_back((kind, value));
        }
    }
}
