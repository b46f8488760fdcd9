//! What the engine counts.

/// What happened to packets, summed over the engine's life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineCounters {
    /// Datagrams that came in.
    pub datagrams: u64,
    /// Of those, ones that belong to nobody.
    pub strays: u64,
    /// RTP packets that were not RTP after all.
    pub malformed_rtp: u64,
    /// RTCP packets that were not RTCP after all.
    pub malformed_rtcp: u64,
    /// RTP packets of no producer.
    pub unclaimed_rtp: u64,
    /// RTP packets that a producer took.
    pub received_rtp: u64,
    /// Copies that went to consumers.
    pub forwarded_rtp: u64,
    /// Copies that found no room or no key.
    pub unsent_rtp: u64,
    /// Packets sent again.
    pub resent_rtp: u64,
    /// Messages on streams of no data producer.
    pub unclaimed_messages: u64,
    /// Messages that went to data consumers.
    pub forwarded_messages: u64,
    /// Messages that a data consumer could not take: too large, or too much waits.
    pub unsent_messages: u64,
    /// Commands for objects that are not there, or cannot carry them out.
    pub dropped_commands: u64,
    /// Faults of our own that closed a transport.
    pub faults: u64,
}
