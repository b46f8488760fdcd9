//! What is asked of messages and cannot be: the class of the error, and that nothing is left behind.

use control::{
    ConsumeDataOptions, DataConsumerCall, DataConsumerId, DataProducerId, DirectTransportOptions,
    ProduceDataOptions, Refusal, Reply, Request, RouterCall, RouterId, SctpStreamParameters,
    TransportCall, TransportDump, TransportId, UserMessage,
};
use sim::{PeerConfig, World};

#[test]
fn streams_that_cannot_be_are_refused_by_their_field() {
    let mut world = World::new(1);
    let with = join(&mut world, true);
    let without = join(&mut world, false);

    for (transport, stream, field) in [
        (&with, None, "sctpStreamParameters"),
        (&with, Some(stream(65_535)), "streamId"),
        (
            &with,
            Some(SctpStreamParameters {
                max_retransmits: Some(1),
                ..stream(1)
            }),
            "maxRetransmits",
        ),
    ] {
        let Err(Refusal::TypeError(text)) = produce(&mut world, transport, "p", stream) else {
            panic!("{field} was not refused as it should be");
        };
        assert!(text.contains(field), "{text}");
    }
    let refused = produce(&mut world, &without, "p", Some(stream(1)));
    assert!(matches!(refused, Err(Refusal::Error(_))), "{refused:?}");

    assert!(produce(&mut world, &with, "p", Some(stream(1))).is_ok());
    let twice = produce(&mut world, &with, "q", Some(stream(1)));
    assert!(matches!(twice, Err(Refusal::Error(_))), "{twice:?}");
    assert!(consume(&mut world, &with, ("c", "p"), Some(stream(1))).is_ok());
    let twice = consume(&mut world, &with, ("d", "p"), Some(stream(1)));
    assert!(matches!(twice, Err(Refusal::Error(_))), "{twice:?}");
    let unknown = consume(&mut world, &with, ("d", "nobody"), Some(stream(2)));
    assert!(matches!(unknown, Err(Refusal::NotFound(_))), "{unknown:?}");
    let dump = dump(&mut world, &with);
    assert_eq!(dump.data_producer_ids, [DataProducerId::from("p")]);
    assert_eq!(dump.data_consumer_ids, [DataConsumerId::from("c")]);
    let table = dump.sctp.sctp_listener.expect("a table").stream_id_table;
    assert_eq!((table.len(), table[0].key), (1, 1));
}

#[test]
fn what_needs_a_stream_is_refused_without_one() {
    let mut world = World::new(2);
    let id = TransportId::from("direct");
    let options = DirectTransportOptions {
        max_send_message_size: 1_000,
        max_receive_message_size: 1_000,
    };
    let create = RouterCall::CreateDirectTransport(id.clone(), options);
    world.request(Request::Router(RouterId::from("room-0"), create));
    produce(&mut world, &id, "p", Some(stream(1))).expect("streams are ignored");
    consume(&mut world, &id, ("c", "p"), None).expect("no stream is needed");

    for call in [
        DataConsumerCall::GetBufferedAmount,
        DataConsumerCall::SetBufferedAmountLowThreshold(1),
        send(10),
    ] {
        let refused = world.try_request(Request::DataConsumer("c".into(), call));
        assert!(matches!(refused, Err(Refusal::TypeError(_))), "{refused:?}");
    }
}

#[test]
fn a_data_consumer_sends_when_it_can_and_says_why_it_cannot() {
    let mut world = World::new(3);
    let transport = join(&mut world, true);
    produce(&mut world, &transport, "p", Some(stream(1))).expect("a stream");
    consume(&mut world, &transport, ("c", "p"), Some(stream(2))).expect("a stream");
    let mut call = |call| world.try_request(Request::DataConsumer("c".into(), call));

    // Nobody is there yet: it waits.
    assert_eq!(call(send(1_000)), Ok(Reply::BufferedAmount(1_000)));
    assert!(matches!(call(send(300_000)), Err(Refusal::TypeError(_))));
    call(DataConsumerCall::Pause).expect("paused");
    assert!(matches!(call(send(10)), Err(Refusal::Error(_))));
    call(DataConsumerCall::Resume).expect("resumed");
    for _ in 0..7 {
        call(send(262_144)).expect("room");
    }
    let Err(Refusal::Error(text)) = call(send(262_144)) else {
        panic!("there is no room for eight");
    };
    assert_eq!(text, "sctpsendbufferfull");
    let Ok(Reply::DataConsumerStats(stats)) = call(DataConsumerCall::GetStats) else {
        panic!("no statistics");
    };
    assert_eq!(stats.messages_sent, 8);
    assert_eq!(stats.buffered_amount, 1_000 + 7 * 262_144);
}

fn join(world: &mut World, data: bool) -> TransportId {
    let peer = world.join(PeerConfig {
        data,
        ..PeerConfig::default()
    });
    world.transport(peer)
}

fn stream(stream_id: u16) -> SctpStreamParameters {
    SctpStreamParameters {
        stream_id,
        ordered: true,
        ..SctpStreamParameters::default()
    }
}

fn send(len: usize) -> DataConsumerCall {
    DataConsumerCall::Send(UserMessage {
        ppid: 53,
        data: vec![0; len],
    })
}

fn produce(
    world: &mut World,
    transport: &TransportId,
    id: &str,
    stream: Option<SctpStreamParameters>,
) -> Result<Reply, Refusal> {
    let options = ProduceDataOptions {
        id: id.into(),
        sctp_stream_parameters: stream,
        label: String::new(),
        protocol: String::new(),
        paused: false,
    };
    let call = TransportCall::ProduceData(options);
    world.try_request(Request::Transport(transport.clone(), call))
}

fn consume(
    world: &mut World,
    transport: &TransportId,
    (id, producer): (&str, &str),
    stream: Option<SctpStreamParameters>,
) -> Result<Reply, Refusal> {
    let options = ConsumeDataOptions {
        id: id.into(),
        data_producer_id: producer.into(),
        sctp_stream_parameters: stream,
        label: String::new(),
        protocol: String::new(),
        paused: false,
        subchannels: Vec::new(),
    };
    let call = TransportCall::ConsumeData(options);
    world.try_request(Request::Transport(transport.clone(), call))
}

fn dump(world: &mut World, transport: &TransportId) -> control::BaseTransportDump {
    let call = Request::Transport(transport.clone(), TransportCall::Dump);
    match world.request(call) {
        Reply::TransportDump(dump) => match *dump {
            TransportDump::WebRtc(dump) => dump.base,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
