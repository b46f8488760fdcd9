//! Messages: data channels through the engine, between browsers, the application and other routers.

use control::{
    Audience, Command, DataConsumerCall, DataConsumerEvent, DataProducerCall, DataProducerId,
    DirectTransportOptions, ListenInfo, PipeConnect, PipeTransportOptions, PlainConnect,
    PlainTransportOptions, Protocol, Reply, Request, RouterCall, RouterId, SctpOptions, SctpState,
    SctpStreamParameters, TransportCall, TransportEvent, TransportId, UserMessage,
};
use sim::{LinkConfig, PeerConfig, PeerId, World, tell};

use crate::support::{connect, millis, secs};

/// One who speaks and two who listen; of the three, one waits for the server to begin with DTLS and
/// with SCTP.
struct Talk {
    speaker: PeerId,
    listeners: [PeerId; 2],
    producer: DataProducerId,
}

impl Talk {
    fn begin(world: &mut World, stream: SctpStreamParameters, link: LinkConfig) -> Self {
        let mut join = |active| {
            let config = PeerConfig {
                data: true,
                active,
                ..PeerConfig::default()
            };
            let peer = world.join(config);
            world.set_links(peer, link);
            peer
        };
        let (speaker, listeners) = (join(true), [join(true), join(false)]);
        let producer = world.produce_data(speaker, stream);
        for listener in listeners {
            world.consume_data(listener, &producer, stream);
        }
        connect(world, &[speaker, listeners[0], listeners[1]], secs(30));
        let open = world.run_until(secs(30), |world| {
            [speaker, listeners[0], listeners[1]].iter().all(|peer| {
                let told = world.events(*peer);
                world.peer(*peer).channels().is_open(stream.stream_id)
                    && told.iter().any(is_sctp_connected)
            })
        });
        assert!(open, "SCTP did not connect");
        Self {
            speaker,
            listeners,
            producer,
        }
    }

    /// Says all, as fast as the speaker's buffer lets it.
    fn say(&self, world: &mut World, stream: u16, messages: &[Vec<u8>]) {
        for message in messages {
            let said = world.run_until(secs(600), |world| {
                let now = world.now();
                world.peer_mut(self.speaker).say(now, stream, message)
            });
            assert!(said, "a message of {} bytes was never taken", message.len());
        }
    }
}

const ORDERED: SctpStreamParameters = SctpStreamParameters {
    stream_id: 3,
    ordered: true,
    max_packet_life_time: None,
    max_retransmits: None,
};

const UNORDERED: SctpStreamParameters = SctpStreamParameters {
    ordered: false,
    ..ORDERED
};

#[test]
fn everybody_hears_everything_in_order_over_a_bad_path() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let talk = Talk::begin(&mut world, ORDERED, LinkConfig::lossy(0.03, 15));
        // str0m sends nothing above 64 KiB.
        let messages = bodies(60, 65_000);

        talk.say(&mut world, 3, &messages);
        let heard = world.run_until(secs(600), |world| talk.all_heard(world, 60));

        assert!(heard, "{:?}", talk.counts(&world));
        for listener in talk.listeners {
            assert_eq!(world.peer(listener).channels().heard(3), messages);
        }
    });
}

/// Unordered alone is reliable, whatever the size (Q13 of the specification).
#[test]
fn unordered_messages_of_several_packets_all_arrive() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let talk = Talk::begin(&mut world, UNORDERED, LinkConfig::lossy(0.05, 15));
        let mut messages = bodies(100, 5_000);

        talk.say(&mut world, 3, &messages);
        let heard = world.run_until(secs(600), |world| talk.all_heard(world, 100));

        assert!(heard, "{:?}", talk.counts(&world));
        messages.sort();
        for listener in talk.listeners {
            let mut heard = world.peer(listener).channels().heard(3).to_vec();
            heard.sort();
            assert_eq!(heard, messages);
        }
    });
}

#[test]
fn messages_that_may_be_lost_do_not_hold_up_those_behind() {
    tell(1..4, |seed| {
        let mut world = World::new(seed);
        let once = SctpStreamParameters {
            max_retransmits: Some(0),
            ..UNORDERED
        };
        let talk = Talk::begin(&mut world, once, LinkConfig::lossy(0.1, 15));

        for message in bodies(200, 900) {
            talk.say(&mut world, 3, &[message]);
            world.run_for(millis(20));
        }
        world.run_for(secs(5));

        for count in talk.counts(&world) {
            assert!((120..200).contains(&count), "{count} of 200");
        }
    });
}

#[test]
fn a_paused_producer_is_counted_and_not_heard() {
    let mut world = World::new(7);
    let talk = Talk::begin(&mut world, ORDERED, LinkConfig::lossy(0.0, 10));
    let call = |call| Request::DataProducer(talk.producer.clone(), call);

    world.request(call(DataProducerCall::Pause));
    talk.say(&mut world, 3, &bodies(5, 100));
    world.run_for(secs(1));
    world.request(call(DataProducerCall::Resume));
    talk.say(&mut world, 3, &[b"heard".to_vec()]);
    world.run_for(secs(1));

    for listener in talk.listeners {
        assert_eq!(
            world.peer(listener).channels().heard(3),
            [b"heard".to_vec()]
        );
    }
    let Reply::DataProducerStats(stats) = world.request(call(DataProducerCall::GetStats)) else {
        panic!("no statistics");
    };
    assert_eq!(stats.messages_received, 6);
}

#[test]
fn a_channel_closed_at_one_end_closes_at_the_other() {
    let mut world = World::new(8);
    let talk = Talk::begin(&mut world, ORDERED, LinkConfig::lossy(0.0, 10));
    let [by_peer, by_us] = talk.listeners;
    let consumers = data_consumers(&mut world);

    let now = world.now();
    world.peer_mut(by_peer).close_channel(now, 3);
    world.request(Request::DataConsumer(
        consumers[1].clone(),
        DataConsumerCall::Close,
    ));
    world.run_for(secs(2));

    assert!(!world.peer(by_peer).channels().is_open(3));
    assert!(!world.peer(by_us).channels().is_open(3));
    let told = world.data_events(&consumers[0]);
    assert!(told.contains(&DataConsumerEvent::StreamClosed), "{told:?}");
    assert!(data_consumers(&mut world).is_empty());
}

#[test]
fn too_much_that_waits_is_told_and_so_is_its_end() {
    let mut world = World::new(9);
    let talk = Talk::begin(&mut world, ORDERED, LinkConfig::lossy(0.0, 10));
    let consumer = data_consumers(&mut world)[0].clone();
    let send = |world: &mut World, len: usize| {
        let message = UserMessage {
            ppid: 53,
            data: vec![7; len],
        };
        let call = DataConsumerCall::Send(message);
        world.try_request(Request::DataConsumer(consumer.clone(), call))
    };

    assert!(send(&mut world, 300_000).is_err());
    let taken = (0..20)
        .filter(|_| send(&mut world, 200_000).is_ok())
        .count();
    let told = world.data_events(&consumer);
    let full = |told: &[DataConsumerEvent]| {
        let full = |it: &&DataConsumerEvent| **it == DataConsumerEvent::SctpSendBufferFull;
        told.iter().filter(full).count()
    };
    assert_eq!(full(&told), 20 - taken);
    assert!((10..13).contains(&taken), "{taken} of 200 kB taken");
    world.run_for(secs(20));

    let told = world.data_events(&consumer);
    assert!(matches!(
        told.last(),
        Some(DataConsumerEvent::BufferedAmountLow(waiting)) if *waiting <= 1_024
    ));
    assert_eq!(
        world.peer(talk.listeners[0]).channels().heard(3).len(),
        taken
    );
    let call = DataConsumerCall::GetBufferedAmount;
    let waiting = world.request(Request::DataConsumer(consumer.clone(), call));
    assert_eq!(waiting, Reply::BufferedAmount(0));
}

/// From the application to browsers and back.
#[test]
fn the_application_speaks_and_listens() {
    let mut world = World::new(10);
    let direct = direct_transport(&mut world, "room-0");
    let from_app = world.produce_data_on(&direct, None);
    let peer = world.join(PeerConfig {
        data: true,
        ..PeerConfig::default()
    });
    world.consume_data(peer, &from_app, ORDERED);
    let from_peer = world.produce_data(
        peer,
        SctpStreamParameters {
            stream_id: 8,
            ..ORDERED
        },
    );
    let to_app = world.consume_data_on(&direct, &from_peer, None, &[]);
    connect(&mut world, &[peer], secs(5));
    assert!(world.run_until(secs(5), |world| world.peer(peer).channels().is_open(8)));
    world.run_for(secs(1));

    say_to(&mut world, &from_app, b"to the peer", Audience::default());
    let now = world.now();
    assert!(world.peer_mut(peer).say(now, 8, b"to the application"));
    world.run_for(secs(1));

    assert_eq!(
        world.peer(peer).channels().heard(3),
        [b"to the peer".to_vec()]
    );
    assert_eq!(
        messages(&world.data_events(&to_app)),
        ["to the application"]
    );
}

/// Ten messages, and who has which subchannels (DIR-09 of the checklist).
#[test]
fn subchannels_say_for_whom_a_message_is() {
    let mut world = World::new(11);
    let direct = direct_transport(&mut world, "room-0");
    let producer = world.produce_data_on(&direct, None);
    let first = world.consume_data_on(&direct, &producer, None, &[1, 11, 666]);
    let second = world.consume_data_on(&direct, &producer, None, &[2, 22, 666]);

    for (text, subchannels, required) in AUDIENCES {
        say_to(
            &mut world,
            &producer,
            text.as_bytes(),
            to(subchannels, *required),
        );
    }

    assert_eq!(
        messages(&world.data_events(&first)),
        ["all", "1", "11", "1+2", "666", "both"]
    );
    assert_eq!(
        messages(&world.data_events(&second)),
        ["all", "2", "1+2", "666", "both"]
    );
}

const AUDIENCES: &[(&str, &[u16], Option<u16>)] = &[
    ("all", &[], None),
    ("1", &[1], None),
    ("2", &[2], None),
    ("11", &[11], None),
    ("1+2", &[1, 2], None),
    ("666", &[666], None),
    ("both", &[1, 2], Some(666)),
    ("nobody", &[1, 2], Some(7)),
    ("neither", &[3], None),
];

/// Two routers joined by a pipe: messages and their audiences cross it, also before SCTP stands.
#[test]
fn audiences_cross_a_pipe() {
    tell(1..3, |seed| {
        let mut world = World::new(seed);
        let id = RouterId::from("second");
        world.request(Request::CreateRouter { id });
        let (here, there) = (
            pipe(&mut world, "room-0", "p1"),
            pipe(&mut world, "second", "p2"),
        );
        let near = direct_transport(&mut world, "room-0");
        let far = direct_transport(&mut world, "second");
        let producer = world.produce_data_on(&near, None);
        world.consume_data_on(&here.0, &producer, Some(ORDERED), &[]);
        let piped = world.produce_data_on(&there.0, Some(ORDERED));
        let first = world.consume_data_on(&far, &piped, None, &[1, 11, 666]);
        let second = world.consume_data_on(&far, &piped, None, &[2, 22, 666]);
        for ((transport, _), (_, peer)) in [(&here, &there), (&there, &here)] {
            let connect = PipeConnect {
                ip: peer.ip().to_string(),
                port: Some(peer.port()),
                srtp_parameters: None,
            };
            let call = TransportCall::ConnectPipe(connect);
            world.request(Request::Transport(transport.clone(), call));
        }

        for (text, subchannels, required) in AUDIENCES {
            say_to(
                &mut world,
                &producer,
                text.as_bytes(),
                to(subchannels, *required),
            );
        }
        world.run_for(secs(3));

        let heard = |consumer| messages(&world.data_events(consumer));
        assert_eq!(heard(&first), ["all", "1", "11", "1+2", "666", "both"]);
        assert_eq!(heard(&second), ["all", "2", "1+2", "666", "both"]);
    });
}

/// Two routers joined by plain transports, one of which learns the other's address from SCTP.
#[test]
fn messages_cross_plain_transports() {
    let mut world = World::new(12);
    let id = RouterId::from("second");
    world.request(Request::CreateRouter { id });
    let (here, _) = plain(&mut world, "room-0", "p1", false);
    let (there, listens) = plain(&mut world, "second", "p2", true);
    let near = direct_transport(&mut world, "room-0");
    let far = direct_transport(&mut world, "second");
    let producer = world.produce_data_on(&near, None);
    world.consume_data_on(&here, &producer, Some(UNORDERED), &[]);
    let piped = world.produce_data_on(&there, Some(UNORDERED));
    let heard = world.consume_data_on(&far, &piped, None, &[]);

    let connect = PlainConnect {
        ip: Some(listens.ip()),
        port: Some(listens.port()),
        ..PlainConnect::default()
    };
    world.request(Request::Transport(
        here,
        TransportCall::ConnectPlain(connect),
    ));
    for message in bodies(100, 5_000) {
        say_to(&mut world, &producer, &message, Audience::default());
    }
    world.run_for(secs(5));

    assert_eq!(world.data_events(&heard).len(), 100);
}

#[test]
fn a_peer_that_leaves_is_told_and_closes_nothing_else() {
    let mut world = World::new(13);
    let talk = Talk::begin(&mut world, ORDERED, LinkConfig::lossy(0.0, 10));

    world.call(talk.listeners[0], TransportCall::Close);
    talk.say(&mut world, 3, &bodies(10, 2_000));
    world.run_for(secs(2));

    assert_eq!(talk.counts(&world)[1], 10);
    world.call(talk.speaker, TransportCall::Close);
    assert!(data_consumers(&mut world).is_empty());
}

impl Talk {
    fn counts(&self, world: &World) -> [usize; 2] {
        self.listeners
            .map(|listener| world.peer(listener).channels().heard(3).len())
    }

    fn all_heard(&self, world: &World, count: usize) -> bool {
        self.counts(world).iter().all(|heard| *heard == count)
    }
}

fn is_sctp_connected(event: &TransportEvent) -> bool {
    let TransportEvent::SctpStateChange { state, negotiated } = event else {
        return false;
    };
    *state == SctpState::Connected
        && negotiated.is_some_and(|it| it.negotiated_max_outbound_streams > 0)
}

/// So many messages, none like another, from small to `len_max` bytes.
fn bodies(count: usize, len_max: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|n| {
            let len = 8 + (n * 7_919) % len_max;
            let number = n.to_be_bytes().into_iter();
            number
                .chain((0..).map(|at: usize| (at * 31 + n) as u8))
                .take(len)
                .collect()
        })
        .collect()
}

fn to(subchannels: &[u16], required: Option<u16>) -> Audience {
    Audience {
        subchannels: subchannels.to_vec(),
        required_subchannel: required,
        ignored_subchannel: None,
    }
}

fn say_to(world: &mut World, producer: &DataProducerId, data: &[u8], audience: Audience) {
    let message = UserMessage {
        ppid: 51,
        data: data.to_vec(),
    };
    world.command(Command::DataProducerSend(
        producer.clone(),
        message,
        audience,
    ));
}

fn messages(told: &[DataConsumerEvent]) -> Vec<String> {
    told.iter()
        .filter_map(|event| match event {
            DataConsumerEvent::Message(message) => {
                Some(String::from_utf8_lossy(&message.data).into_owned())
            }
            _ => None,
        })
        .collect()
}

/// Every data consumer of the first room.
fn data_consumers(world: &mut World) -> Vec<control::DataConsumerId> {
    let dump = Request::Router(RouterId::from("room-0"), RouterCall::Dump);
    let Reply::RouterDump(dump) = world.request(dump) else {
        panic!("no dump");
    };
    let rows = dump.map_data_consumer_id_data_producer_id.into_iter();
    rows.map(|row| row.key).collect()
}

fn direct_transport(world: &mut World, router: &str) -> TransportId {
    let id = TransportId::from(format!("direct-{router}"));
    let options = DirectTransportOptions {
        max_send_message_size: 262_144,
        max_receive_message_size: 262_144,
    };
    let create = RouterCall::CreateDirectTransport(id.clone(), options);
    world.request(Request::Router(RouterId::from(router), create));
    id
}

fn pipe(world: &mut World, router: &str, name: &str) -> (TransportId, std::net::SocketAddr) {
    let id = TransportId::from(name);
    let options = PipeTransportOptions {
        listen_info: ListenInfo::new(Protocol::Udp, world.host(0).address().ip()),
        enable_rtx: false,
        enable_srtp: false,
        sctp: Some(SctpOptions::default()),
    };
    let create = RouterCall::CreatePipeTransport(id.clone(), options);
    let (at, _) = world.request_with_socket(Request::Router(RouterId::from(router), create));
    (id, at)
}

fn plain(
    world: &mut World,
    router: &str,
    name: &str,
    comedia: bool,
) -> (TransportId, std::net::SocketAddr) {
    let id = TransportId::from(name);
    let options = PlainTransportOptions {
        listen_info: ListenInfo::new(Protocol::Udp, world.host(0).address().ip()),
        rtcp_listen_info: None,
        rtcp_mux: true,
        comedia,
        srtp: None,
        sctp: Some(SctpOptions::default()),
    };
    let create = RouterCall::CreatePlainTransport(id.clone(), options);
    let (at, _) = world.request_with_socket(Request::Router(RouterId::from(router), create));
    (id, at)
}
