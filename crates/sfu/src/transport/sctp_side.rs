//! The SCTP half of a transport: one association, begun once there is something to say.
//!
//! Over DTLS it carries data channels (RFC 8831), else bare packets. With the peer it is symmetric:
//! both may begin, at once or not.

use control::{SctpNegotiatedCapabilities, SctpOptions, SctpParameters, SctpState, TransportEvent};
use sctp::{Association, Outgoing, SendRefusal, State};
use units::{Entropy, Instant};

use crate::transport::event::Event;

/// The port of both ends (RFC 8841 §5).
const PORT: u16 = 5000;

/// Streams announced in both directions.
const STREAMS: u16 = 65_535;

/// An association and what the API knows of it.
#[derive(Debug)]
pub struct SctpSide {
    association: Association,
    options: SctpOptions,
    is_data_channel: bool,
    /// A data producer or consumer is here, so we begin if the peer does not.
    wanted: bool,
    told: SctpState,
    packet: Vec<u8>,
}

impl SctpSide {
    /// An association that has not begun.
    pub fn new(options: SctpOptions, is_data_channel: bool, entropy: &mut dyn Entropy) -> Self {
        let config = sctp::Config {
            send_message_size_max: size(options.max_send_message_size),
            receive_message_size_max: size(options.max_receive_message_size),
            send_buffer_size: size(options.send_buffer_size),
            stream_send_buffer_size: size(options.per_stream_send_queue_limit),
            receive_window: options.max_receiver_window_buffer_size,
            buffered_amount_low_threshold: size(
                options.default_stream_buffered_amount_low_threshold,
            ),
        };
        Self {
            association: Association::new(config, entropy),
            options,
            is_data_channel,
            wanted: false,
            told: SctpState::New,
            packet: Vec::new(),
        }
    }

    /// For the peer.
    pub fn parameters(&self) -> SctpParameters {
        SctpParameters {
            port: PORT,
            os: STREAMS,
            mis: STREAMS,
            max_message_size: self.options.max_receive_message_size,
            max_send_message_size: self.options.max_send_message_size,
            max_receive_message_size: self.options.max_receive_message_size,
            send_buffer_size: self.options.send_buffer_size,
            per_stream_send_queue_limit: self.options.per_stream_send_queue_limit,
            max_receiver_window_buffer_size: self.options.max_receiver_window_buffer_size,
            is_data_channel: self.is_data_channel,
        }
    }

    /// Its sizes.
    pub fn options(&self) -> &SctpOptions {
        &self.options
    }

    /// Whether it carries data channels, whose two directions close together (RFC 8831 §6.7).
    pub fn is_data_channel(&self) -> bool {
        self.is_data_channel
    }

    /// How far it has come.
    pub fn state(&self) -> SctpState {
        state(self.association.state())
    }

    /// What was agreed on; zeros until then.
    pub fn negotiated(&self) -> SctpNegotiatedCapabilities {
        let negotiated = self.association.negotiated();
        negotiated.map(capabilities).unwrap_or_default()
    }

    /// There is something to say.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// A packet came.
    pub fn handle_input(&mut self, now: Instant, packet: &[u8]) {
        self.association.handle_input(now, packet);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.association.handle_timeout(now);
    }

    /// When [`SctpSide::handle_timeout`] next has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.association.poll_timeout()
    }

    /// The next packet to send, of a transport on which packets can go.
    pub fn poll_transmit(&mut self, now: Instant) -> Option<&[u8]> {
        if self.wanted {
            self.association.connect(now);
        }
        self.association
            .poll_transmit(now, &mut self.packet)
            .then_some(self.packet.as_slice())
    }

    /// Queues a message; gives what now waits on its stream.
    pub fn send(&mut self, now: Instant, message: Outgoing) -> Result<usize, SendRefusal> {
        self.association.send(now, message)
    }

    /// Closes a stream of ours; it may be used anew.
    pub fn reset_stream(&mut self, stream: u16) {
        self.association.reset_stream(stream);
    }

    /// What waits to be sent on a stream of ours.
    pub fn buffered_amount(&self, stream: u16) -> u32 {
        u32::try_from(self.association.buffered_amount(stream)).unwrap_or(u32::MAX)
    }

    /// When to tell that little waits.
    pub fn set_low_threshold(&mut self, stream: u16, threshold: u32) {
        self.association
            .set_buffered_amount_low_threshold(stream, size(threshold));
    }

    /// Says goodbye.
    pub fn abort(&mut self) {
        self.association.abort();
    }

    /// What happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        if self.told == SctpState::New && self.state() == SctpState::Connecting {
            return self.tell(SctpState::Connecting, None);
        }
        loop {
            let event = match self.association.poll_event()? {
                // A peer that started anew: for the API it never was away.
                sctp::Event::Connected(_) if self.told == SctpState::Connected => continue,
                sctp::Event::Connected(negotiated) => {
                    return self.tell(SctpState::Connected, Some(capabilities(negotiated)));
                }
                sctp::Event::Closed(_) => return self.tell(self.state(), None),
                sctp::Event::Message(message) => Event::Message(message),
                sctp::Event::IncomingStreamsReset(streams) => Event::StreamsReset(Some(streams)),
                sctp::Event::IncomingAllReset => Event::StreamsReset(None),
                sctp::Event::BufferedAmountLow { stream, amount } => {
                    Event::BufferedAmountLow(stream, u32::try_from(amount).unwrap_or(u32::MAX))
                }
                sctp::Event::OutgoingStreamReset { .. } => continue,
            };
            return Some(event);
        }
    }

    fn tell(
        &mut self,
        state: SctpState,
        negotiated: Option<SctpNegotiatedCapabilities>,
    ) -> Option<Event> {
        self.told = state;
        Some(Event::Notify(TransportEvent::SctpStateChange {
            state,
            negotiated,
        }))
    }
}

fn state(state: State) -> SctpState {
    match state {
        State::New => SctpState::New,
        State::Connecting => SctpState::Connecting,
        State::Connected => SctpState::Connected,
        State::Failed => SctpState::Failed,
        State::Closed => SctpState::Closed,
    }
}

fn capabilities(negotiated: sctp::Negotiated) -> SctpNegotiatedCapabilities {
    SctpNegotiatedCapabilities {
        negotiated_max_outbound_streams: negotiated.streams_out,
        negotiated_max_inbound_streams: negotiated.streams_in,
    }
}

fn size(bytes: u32) -> usize {
    bytes as usize
}
