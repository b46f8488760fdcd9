//! An endpoint's data channels: what it says, what it hears.

use std::collections::BTreeMap;

use control::SctpStreamParameters;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::{Event, Rtc};

/// Data channels by their streams.
#[derive(Debug, Default)]
pub struct Channels {
    by_stream: BTreeMap<u16, Channel>,
}

#[derive(Debug)]
struct Channel {
    id: ChannelId,
    open: bool,
    heard: Vec<Vec<u8>>,
}

impl Channels {
    /// Opens one on a stream that was agreed on.
    pub fn open(&mut self, rtc: &mut Rtc, stream: &SctpStreamParameters) {
        let reliability = match (stream.max_packet_life_time, stream.max_retransmits) {
            (Some(lifetime), _) => Reliability::MaxPacketLifetime { lifetime },
            (None, Some(retransmits)) => Reliability::MaxRetransmits { retransmits },
            (None, None) => Reliability::Reliable,
        };
        let id = rtc.direct_api().create_data_channel(ChannelConfig {
            ordered: stream.ordered,
            reliability,
            negotiated: Some(stream.stream_id),
            ..ChannelConfig::default()
        });
        let channel = Channel {
            id,
            open: false,
            heard: Vec::new(),
        };
        self.by_stream.insert(stream.stream_id, channel);
    }

    /// Closes one.
    pub fn close(&mut self, rtc: &mut Rtc, stream: u16) {
        if let Some(channel) = self.by_stream.get(&stream) {
            rtc.direct_api().close_data_channel(channel.id);
        }
    }

    /// Sends a message; false if the channel is not open, or too much waits.
    pub fn say(&mut self, rtc: &mut Rtc, stream: u16, data: &[u8]) -> bool {
        let Some(id) = self.by_stream.get(&stream).map(|channel| channel.id) else {
            return false;
        };
        let channel = rtc.channel(id);
        channel.is_some_and(|mut channel| channel.write(true, data).unwrap_or(false))
    }

    /// Whether a channel is open.
    #[must_use]
    pub fn is_open(&self, stream: u16) -> bool {
        self.by_stream.get(&stream).is_some_and(|it| it.open)
    }

    /// What came on a channel, in the order it came.
    #[must_use]
    pub fn heard(&self, stream: u16) -> &[Vec<u8>] {
        self.by_stream.get(&stream).map_or(&[], |it| &it.heard)
    }

    /// Takes in what str0m tells.
    pub fn notice(&mut self, event: &Event) {
        let (id, data) = match event {
            Event::ChannelOpen(id, _) | Event::ChannelClose(id) => (*id, None),
            Event::ChannelData(data) => (data.id, Some(data.data.clone())),
            _ => return,
        };
        let Some(channel) = self.by_stream.values_mut().find(|it| it.id == id) else {
            return;
        };
        match data {
            Some(data) => channel.heard.push(data),
            None => channel.open = matches!(event, Event::ChannelOpen(..)),
        }
    }
}
