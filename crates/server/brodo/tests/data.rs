//! Messages between the application and endpoints that speak SCTP over UDP.

mod common;
#[path = "common/messages.rs"]
mod messages;
#[path = "common/sctp_peer.rs"]
mod sctp_peer;

use brodo::{
    Audience, DataConsumerEvent, DataConsumerOptions, DataProducerEvent, DataProducerOptions,
    DataProducerType, DirectTransportOptions, SctpNegotiatedCapabilities, SctpOptions, SctpState,
    SctpStreamParameters, SendMessageError, TransportEvent, UserMessage,
};
use common::room;
use messages::{consumer, direct, listener, message, next, sizes, source, stream, texts};
use sctp_peer::{SctpPeer, with_sctp};

#[tokio::test]
async fn what_the_application_says_the_application_hears_in_order_and_in_kind() {
    let (_worker, router) = room().await;
    let producer = source(&router).await;
    let (consumer, mut events) = listener(&router, &producer, &[]).await;

    for n in 0..100 {
        producer.send(format!("text {n}")).expect("open");
        producer
            .send(format!("bytes {n}").into_bytes())
            .expect("open");
    }

    for n in 0..100 {
        let text = message(&mut events).await;
        assert_eq!(text, UserMessage::new(51, format!("text {n}")));
        let bytes = message(&mut events).await;
        assert_eq!(bytes, UserMessage::new(53, format!("bytes {n}")));
    }
    let (produced, consumed) = (producer.get_stats().await, consumer.get_stats().await);
    let (produced, consumed) = (produced.expect("open"), consumed.expect("open"));
    assert_eq!(produced.messages_received, 200);
    assert_eq!(consumed.messages_sent, 200);
    assert_eq!(produced.bytes_received, consumed.bytes_sent);
    assert_eq!(events.lost(), 0);
}

#[tokio::test]
async fn empty_and_foreign_kinds_arrive_as_they_are_and_giants_are_dropped() {
    let (_worker, router) = room().await;
    let options = DirectTransportOptions {
        max_receive_message_size: 10,
        ..DirectTransportOptions::default()
    };
    let transport = router.create_direct_transport(options).await.expect("room");
    let producer = transport
        .produce_data(DataProducerOptions::direct())
        .await
        .expect("a source");
    let (_consumer, mut events) = listener(&router, &producer, &[]).await;

    producer.send("").expect("open");
    producer.send(Vec::new()).expect("open");
    producer.send(UserMessage::new(1_234, "own")).expect("open");
    producer
        .send("eleven char")
        .expect("it is the engine's to refuse");
    producer.send("ten chars.").expect("open");

    let (text, bytes) = (message(&mut events).await, message(&mut events).await);
    assert_eq!(
        (text.ppid, text.text(), &text.data[..]),
        (56, Some(""), &b" "[..])
    );
    assert_eq!(
        (bytes.ppid, bytes.content(), &bytes.data[..]),
        (57, &b""[..], &[0][..])
    );
    assert_eq!(message(&mut events).await, UserMessage::new(1_234, "own"));
    assert_eq!(message(&mut events).await.text(), Some("ten chars."));
    let stats = producer.get_stats().await.expect("open");
    assert_eq!(stats.messages_received, 4, "the giant does not count");
}

#[tokio::test]
async fn what_is_said_while_somebody_is_paused_is_not_said_later() {
    let (_worker, router) = room().await;
    let producer = source(&router).await;
    let (consumer, mut events) = listener(&router, &producer, &[]).await;
    let mut of_producer = producer.events();

    producer.pause().await.expect("open");
    producer.send("to a wall").expect("open");
    assert!(producer.is_paused() && consumer.dump().await.expect("open").data_producer_paused);
    producer.resume().await.expect("open");
    consumer.pause().await.expect("open");
    producer.send("to a deaf").expect("open");
    assert!(consumer.is_paused() && producer.get_stats().await.is_ok());
    consumer.resume().await.expect("open");
    producer.send("at last").expect("open");

    let expected = [
        DataConsumerEvent::DataProducerPause,
        DataConsumerEvent::DataProducerResume,
        DataConsumerEvent::Pause,
        DataConsumerEvent::Resume,
        DataConsumerEvent::Message(UserMessage::from("at last").clone().into()),
    ];
    for event in expected {
        assert_eq!(next(&mut events).await, event);
    }
    assert_eq!(next(&mut of_producer).await, DataProducerEvent::Pause);
    assert_eq!(next(&mut of_producer).await, DataProducerEvent::Resume);
    assert!(!consumer.is_data_producer_paused());
    assert_eq!(
        producer.get_stats().await.expect("open").messages_received,
        3
    );
    assert_eq!(consumer.get_stats().await.expect("open").messages_sent, 1);
}

#[tokio::test]
async fn subchannels_say_who_is_meant() {
    let (_worker, router) = room().await;
    let producer = source(&router).await;
    let (consumer, mut events) = listener(&router, &producer, &[5, 1, 5]).await;
    assert_eq!(consumer.subchannels(), [1, 5]);
    let to = |subchannels: &[u16], required: Option<u16>, ignored: Option<u16>| Audience {
        subchannels: subchannels.to_vec(),
        required_subchannel: required,
        ignored_subchannel: ignored,
    };

    for (audience, text) in [
        (to(&[2], None, None), "for others"),
        (to(&[5, 2], None, None), "one is enough"),
        (to(&[5], Some(2), None), "without the required one"),
        (to(&[5], Some(1), None), "with the required one"),
        (to(&[], None, Some(1)), "for all but one"),
        (to(&[], None, Some(2)), "for all but others"),
    ] {
        producer.send_to(text, audience).expect("open");
    }
    let heard = texts(&mut events, 3).await;
    assert_eq!(
        heard,
        [
            "one is enough",
            "with the required one",
            "for all but others"
        ]
    );

    consumer.set_subchannels(&[9, 8, 9]).await.expect("open");
    consumer.add_subchannel(7).await.expect("open");
    consumer.add_subchannel(7).await.expect("twice is fine");
    consumer.remove_subchannel(8).await.expect("open");
    consumer.remove_subchannel(8).await.expect("twice is fine");
    assert_eq!(consumer.subchannels(), [7, 9]);
    assert_eq!(consumer.dump().await.expect("open").subchannels, [7, 9]);
    producer.send_to("no", to(&[5], None, None)).expect("open");
    producer.send_to("yes", to(&[7], None, None)).expect("open");
    assert_eq!(texts(&mut events, 1).await, ["yes"]);
}

#[tokio::test]
async fn the_application_and_two_endpoints_talk_over_sctp() {
    let (_worker, router) = room().await;
    let (here, there) = (
        with_sctp(&router, sizes()).await,
        with_sctp(&router, sizes()).await,
    );
    let mut news = here.events();
    assert_eq!(here.sctp_state(), Some(SctpState::New));
    let parameters = here.sctp_parameters().expect("SCTP");
    assert_eq!(
        (parameters.port, parameters.is_data_channel),
        (5_000, false)
    );
    let of_test = source(&router).await;
    let told = consumer(&here, &of_test).await;
    let mut options = DataProducerOptions::new(SctpStreamParameters::ordered(123));
    options.label = "labél".into();
    options.protocol = "🙂".into();
    let of_here = here.produce_data(options).await.expect("a stream");
    let passed_on = consumer(&there, &of_here).await;
    assert_eq!((passed_on.label(), passed_on.protocol()), ("labél", "🙂"));
    let (_heard, mut events) = listener(&router, &of_here, &[]).await;

    let (mut alice, mut bob) = (SctpPeer::connected(&here), SctpPeer::connected(&there));
    of_test.send("to Alice").expect("open");
    alice.hear(1);
    for n in 0..100 {
        alice.say(123, format!("text {n}").as_str());
        alice.say(123, format!("bytes {n}").into_bytes());
    }
    // An echo of each turn of hers, so that both sides work.
    let both = |alice: &mut SctpPeer, bob: &mut SctpPeer| {
        while bob.heard.len() < 200 {
            alice.turn();
            bob.turn();
        }
    };
    both(&mut alice, &mut bob);

    assert_eq!(alice.texts(), ["to Alice"]);
    assert_eq!(alice.heard[0].stream, 0, "the first data consumer's");
    for (heard, n) in bob.heard.chunks(2).zip(0..) {
        let [text, bytes] = heard else {
            panic!("pairs")
        };
        assert_eq!((text.ppid.0, text.stream), (51, 0));
        assert_eq!(*text.data, *format!("text {n}").as_bytes());
        assert_eq!((bytes.ppid.0, bytes.stream), (53, 0));
        assert_eq!(*bytes.data, *format!("bytes {n}").as_bytes());
    }
    assert_eq!(message(&mut events).await.text(), Some("text 0"));

    let states = async |events: &mut brodo::EventStream<TransportEvent>| loop {
        if let TransportEvent::SctpStateChange(state) = next(events).await {
            return state;
        }
    };
    assert_eq!(states(&mut news).await, SctpState::Connecting);
    assert_eq!(states(&mut news).await, SctpState::Connected);
    assert_eq!(here.sctp_state(), Some(SctpState::Connected));
    let all = SctpNegotiatedCapabilities {
        negotiated_max_outbound_streams: 65_535,
        negotiated_max_inbound_streams: 65_535,
    };
    assert_eq!(here.sctp_negotiated_capabilities(), Some(all));
    let (said, got) = (of_here.get_stats().await, passed_on.get_stats().await);
    let (said, got) = (said.expect("open"), got.expect("open"));
    assert_eq!((said.messages_received, got.messages_sent), (200, 200));
    assert_eq!(
        (said.label.as_str(), said.protocol.as_str()),
        ("labél", "🙂")
    );
    assert_eq!(told.get_buffered_amount().await, Ok(0));
    assert_eq!(
        told.send("foo").await.expect("open"),
        0,
        "it leaves at once"
    );
    here.close();
    assert_eq!(here.sctp_state(), Some(SctpState::Closed));
}

#[tokio::test]
async fn a_lost_message_holds_up_only_an_ordered_stream() {
    let cases: [(Option<bool>, Option<u16>, &[&str]); 3] = [
        (None, None, &["first", "second", "third"]),
        (Some(false), None, &["second", "third", "first"]),
        (None, Some(0), &["second", "third"]),
    ];
    for (ordered, max_retransmits, expected) in cases {
        let (_worker, router) = room().await;
        let transport = with_sctp(&router, sizes()).await;
        let producer = source(&router).await;
        let mut options = DataConsumerOptions::new(producer.id().clone());
        options.ordered = ordered;
        options.max_retransmits = max_retransmits;
        let consumer = transport.consume_data(options).await.expect("a consumer");
        let mut peer = SctpPeer::connected(&transport);
        peer.loses = Some(b"first".to_vec());

        producer.send("first").expect("open");
        peer.run_until("a loss", |peer| peer.loses.is_none());
        producer.send("second").expect("open");
        producer.send("third").expect("open");
        peer.hear(expected.len());

        assert_eq!(
            peer.texts(),
            expected,
            "ordered {ordered:?}, {max_retransmits:?}"
        );
        assert_eq!(consumer.get_stats().await.expect("open").messages_sent, 3);
    }
}

#[tokio::test]
async fn what_waits_is_counted_and_its_end_is_told() {
    let (_worker, router) = room().await;
    let transport = with_sctp(&router, sizes()).await;
    let producer = source(&router).await;
    let consumer = consumer(&transport, &producer).await;
    let mut events = consumer.events();
    consumer
        .set_buffered_amount_low_threshold(2_500)
        .await
        .expect("over SCTP");
    let dump = consumer.dump().await.expect("open");
    assert_eq!(dump.buffered_amount_low_threshold, 2_500);

    for n in 1..=4 {
        let waits = consumer.send(vec![7; 1_000]).await.expect("room");
        assert_eq!(waits, n * 1_000, "nobody is there yet");
    }
    assert_eq!(consumer.get_buffered_amount().await, Ok(4_000));
    assert_eq!(consumer.get_stats().await.expect("open").messages_sent, 4);
    let mut peer = SctpPeer::connected(&transport);
    peer.hear(4);

    let DataConsumerEvent::BufferedAmountLow(waits) = next(&mut events).await else {
        panic!("little waits now, and that is the first to tell");
    };
    assert!(waits <= 2_500, "{waits}");
    assert_eq!(consumer.get_buffered_amount().await, Ok(0));
}

#[tokio::test]
async fn a_full_buffer_refuses_and_says_so_and_takes_again_once_it_is_empty() {
    let (_worker, router) = room().await;
    let small = SctpOptions {
        per_stream_send_queue_limit: 2_500,
        max_send_message_size: 1_000,
        ..sizes()
    };
    let transport = with_sctp(&router, small).await;
    let producer = source(&router).await;
    let consumer = consumer(&transport, &producer).await;
    let mut events = consumer.events();

    // Of the application, messages wait for the endpoint; of others they do not.
    producer.send(vec![8; 1_000]).expect("open");
    for _ in 0..2 {
        consumer.send(vec![7; 1_000]).await.expect("room");
    }
    let full = consumer.send(vec![7; 1_000]).await;
    let giant = consumer.send(vec![7; 1_001]).await;

    assert!(
        matches!(full, Err(SendMessageError::BufferFull)),
        "{full:?}"
    );
    let giant = giant.expect_err("too large").to_string();
    assert!(giant.contains("maxSendMessageSize"), "{giant}");
    assert_eq!(
        next(&mut events).await,
        DataConsumerEvent::SctpSendBufferFull
    );
    let mut peer = SctpPeer::connected(&transport);
    peer.hear(2);
    assert!(matches!(
        next(&mut events).await,
        DataConsumerEvent::BufferedAmountLow(_)
    ));
    consumer.send(vec![9; 1_000]).await.expect("room again");
    assert_eq!(peer.hear(3)[2].data[0], 9);
}

#[tokio::test]
async fn streams_are_given_in_a_circle_and_those_of_the_peer_are_its_own() {
    let (_worker, router) = room().await;
    let transport = with_sctp(&router, sizes()).await;
    let producer = stream(&transport, 0).await;
    let id_of =
        |consumer: &brodo::DataConsumer| consumer.sctp_stream_parameters().expect("SCTP").stream_id;

    let mut consumers = Vec::new();
    for expected in 0..3 {
        let consumer = consumer(&transport, &producer).await;
        assert_eq!(id_of(&consumer), expected);
        assert_eq!(consumer.data_consumer_type(), DataProducerType::Sctp);
        consumers.push(consumer);
    }
    drop(consumers.remove(1));
    let next = consumer(&transport, &producer).await;

    assert_eq!(id_of(&next), 3, "1 has just been reset");
    let dump = router.dump().await.expect("open");
    let of_producer = &dump.map_data_producer_id_data_consumer_ids;
    assert_eq!(
        of_producer[0].values.len(),
        3,
        "whoever is dropped is closed"
    );
}

#[tokio::test]
async fn who_closes_is_said_to_those_who_go_along() {
    let (_worker, router) = room().await;
    let (near, far) = (direct(&router).await, direct(&router).await);
    let options = DataProducerOptions::direct;
    let first = near.produce_data(options()).await.expect("a source");
    let second = near.produce_data(options()).await.expect("a source");
    let (of_first, of_second) = (consumer(&far, &first).await, consumer(&far, &second).await);
    let mut first_events = of_first.events();
    let (mut second_events, mut source_events) = (of_second.events(), second.events());

    first.close();
    assert_eq!(
        next(&mut first_events).await,
        DataConsumerEvent::DataProducerClose
    );
    assert_eq!(next(&mut first_events).await, DataConsumerEvent::Close);
    assert!(of_first.is_closed() && of_first.dump().await.is_err());
    far.close();
    assert_eq!(
        next(&mut second_events).await,
        DataConsumerEvent::TransportClose
    );
    assert_eq!(next(&mut second_events).await, DataConsumerEvent::Close);
    router.close();
    assert_eq!(
        next(&mut source_events).await,
        DataProducerEvent::TransportClose
    );
    assert_eq!(next(&mut source_events).await, DataProducerEvent::Close);
    assert!(second.is_closed() && second.get_stats().await.is_err());
    second.send("to nobody").expect("dropped and counted");
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_told_how_much_it_lost() {
    let (_worker, router) = room().await;
    let producer = source(&router).await;
    let (consumer, mut events) = listener(&router, &producer, &[]).await;

    for n in 0..300 {
        producer.send(format!("{n}")).expect("open");
    }
    assert_eq!(consumer.get_stats().await.expect("open").messages_sent, 300);

    assert!((1..=44).contains(&events.lost()), "{} lost", events.lost());
    assert_eq!(
        texts(&mut events, 1).await,
        ["0"],
        "what came first is kept"
    );
}
