//! Counters by name, for Prometheus.

use std::collections::BTreeMap;

use shard::ShardCounters;

use crate::outbox::Losses;

/// Every counter there is. Names stay; new ones come.
pub fn table(counters: &ShardCounters, losses: Losses) -> BTreeMap<String, u64> {
    let (engine, sockets) = (&counters.engine, &counters.sockets);
    let rows = [
        ("datagrams", engine.datagrams),
        ("stray_datagrams", engine.strays),
        ("malformed_rtp_packets", engine.malformed_rtp),
        ("malformed_rtcp_packets", engine.malformed_rtcp),
        ("unclaimed_rtp_packets", engine.unclaimed_rtp),
        ("received_rtp_packets", engine.received_rtp),
        ("forwarded_rtp_packets", engine.forwarded_rtp),
        ("unsent_rtp_packets", engine.unsent_rtp),
        ("resent_rtp_packets", engine.resent_rtp),
        ("dropped_commands", engine.dropped_commands),
        ("faults", engine.faults),
        ("sent_datagrams", sockets.sent),
        ("dropped_datagrams", sockets.dropped),
        ("dropped_tcp_packets", sockets.tcp_dropped),
        ("refused_tcp_connections", sockets.tcp_refused),
        ("turns", counters.turns),
        ("lost_media_notifications", losses.media),
        ("lost_notifications", losses.events),
    ];
    rows.into_iter()
        .map(|(name, value)| (format!("brodo_{name}_total"), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_has_a_name_of_its_own() {
        let mut counters = ShardCounters::default();
        counters.engine.datagrams = 3;

        let table = table(
            &counters,
            Losses {
                media: 1,
                events: 2,
            },
        );

        assert_eq!(table.len(), 18);
        assert_eq!(table["brodo_datagrams_total"], 3);
        assert_eq!(table["brodo_lost_notifications_total"], 2);
    }
}
