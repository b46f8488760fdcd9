//! Dumps, field by field.

use control::{ConsumerCall, ConsumerTypeDump, Refusal, Reply, TransportCall};
use ortc::{MediaKind, ProducerType};

use crate::packets::{KEY_FRAME, rtp, shown, spoken};
use crate::room::{Room, picture, sound};

#[test]
fn a_producer_shows_what_was_understood() {
    let mut room = Room::open();
    let peer = room.join("sender");
    let (kind, mut parameters, _) = picture(500);
    parameters.encodings[0].max_bitrate = Some(1_000_000);
    room.produce("sender", "camera", (kind, parameters, false));

    let dump = room.dump_producer("camera");

    assert_eq!(
        (dump.kind, dump.producer_type, dump.paused),
        (MediaKind::Video, ProducerType::Simple, false)
    );
    assert!(dump.rtp_streams.is_empty() && dump.trace_event_types.is_empty());
    let mimes = dump.rtp_parameters.codecs.iter();
    let mimes: Vec<&str> = mimes.map(|codec| &*codec.mime_type).collect();
    assert_eq!(mimes, ["video/VP8", "video/rtx"]);
    let encoding = &dump.rtp_parameters.encodings[0];
    assert_eq!(encoding.codec_payload_type, Some(96));
    assert_eq!(encoding.scalability_mode.as_deref(), Some("S1T1"));
    assert_eq!((encoding.dtx, encoding.max_bitrate), (false, None));
    let codecs = dump.rtp_mapping.codecs.iter();
    let codecs: Vec<u8> = codecs.map(|row| row.payload_type).collect();
    assert_eq!(codecs, [96, 97]);
    assert_eq!(dump.rtp_mapping.encodings[0].ssrc, Some(500));

    room.receive(peer, &shown(500, 1, KEY_FRAME));
    let repair = [&[0, 0][..], KEY_FRAME].concat();
    room.receive(peer, &rtp((97, 501, 1), &[], &repair));
    let streams = room.dump_producer("camera").rtp_streams;
    let params = &streams[0].params;
    assert_eq!(
        (&*params.mime_type, params.clock_rate, params.payload_type),
        ("video/VP8", 90_000, 96)
    );
    assert_eq!(
        (params.use_nack, params.use_pli, params.use_fir),
        (true, true, true)
    );
    assert_eq!((params.spatial_layers, params.temporal_layers), (1, 1));
    let rtx = streams[0].rtx_stream.as_ref().expect("RTX was seen");
    assert_eq!(
        (&*rtx.params.mime_type, rtx.params.ssrc),
        ("video/rtx", 501)
    );
}

#[test]
fn a_producer_of_sound_shows_its_channels_and_its_rids_where_there_are_some() {
    let mut room = Room::open();
    room.join("sender");
    let (kind, mut parameters, _) = sound(500);
    parameters.encodings[0].ssrc = None;
    parameters.encodings[0].rid = Some("r".to_owned());
    room.produce("sender", "microphone", (kind, parameters, false));

    let dump = room.dump_producer("microphone");

    let codec = &dump.rtp_parameters.codecs[0];
    assert_eq!((&*codec.mime_type, codec.channels), ("audio/opus", Some(2)));
    let row = &dump.rtp_mapping.encodings[0];
    assert_eq!((row.ssrc, row.rid.as_deref()), (None, Some("r")));
}

#[test]
fn a_consumer_shows_its_stream_its_priority_and_what_it_can_take() {
    let mut room = Room::open();
    room.join("sender");
    room.join("receiver");
    room.produce("sender", "camera", picture(500));
    let parameters = room.consume("receiver", "view", "camera");

    let dump = room.dump_consumer("view");

    let encoding = &dump.rtp_parameters.encodings[0];
    let payload_type = parameters.codecs[0].payload_type;
    assert_eq!(encoding.ssrc, parameters.encodings[0].ssrc);
    assert_eq!(encoding.codec_payload_type, Some(payload_type));
    assert_eq!(encoding.scalability_mode.as_deref(), Some("S1T1"));
    assert_eq!(dump.supported_codec_payload_types, [payload_type]);
    let consumable = &dump.consumable_rtp_encodings[0];
    assert_eq!(consumable.scalability_mode.as_deref(), Some("S1T1"));
    assert_eq!(consumable.codec_payload_type, None);
    assert_eq!(
        (dump.priority, dump.paused, dump.producer_paused),
        (1, false, false)
    );
    let ConsumerTypeDump::Simple { rtp_stream } = dump.details else {
        panic!("{dump:?}")
    };
    let rtx = rtp_stream.rtx_stream.expect("RTX");
    assert_eq!(rtp_stream.params.rtx_ssrc, Some(rtx.params.ssrc));
    assert_eq!(&*rtp_stream.params.mime_type, "video/VP8");
}

#[test]
fn a_priority_is_from_1_to_255() {
    let mut room = Room::open();
    room.join("sender");
    room.join("receiver");
    room.produce("sender", "camera", picture(500));
    room.consume("receiver", "view", "camera");

    let refused = room.consumer("view", ConsumerCall::SetPriority(0));

    assert!(
        matches!(&refused, Err(Refusal::TypeError(text)) if text.contains("priority")),
        "{refused:?}"
    );
    assert_eq!(room.dump_consumer("view").priority, 1);
    for priority in [255, 2] {
        let done = room.consumer("view", ConsumerCall::SetPriority(priority));
        assert_eq!(done, Ok(Reply::Done));
        assert_eq!(room.dump_consumer("view").priority, priority);
    }
}

#[test]
fn a_limit_of_zero_is_none_and_one_beyond_bounds_is_refused() {
    let mut room = Room::open();
    room.join("sender");
    let limits = |room: &mut Room| {
        let reply = room.transport("sender", TransportCall::GetStats);
        let stats = serde_json::to_value(reply.expect("open")).expect("JSON");
        let stats = stats["transportStats"].clone();
        [
            "maxIncomingBitrate",
            "maxOutgoingBitrate",
            "minOutgoingBitrate",
        ]
        .map(|name| stats[name].as_u64())
    };
    let calls = [
        TransportCall::SetMaxIncomingBitrate,
        TransportCall::SetMaxOutgoingBitrate,
        TransportCall::SetMinOutgoingBitrate,
    ];

    for call in calls {
        room.transport("sender", call(Some(50_000)))
            .expect("in bounds");
        let refused = room.transport("sender", call(Some(i64::MAX as u64)));
        assert!(matches!(refused, Err(Refusal::TypeError(_))), "{refused:?}");
    }
    assert_eq!(limits(&mut room), [Some(50_000); 3]);
    for call in calls {
        room.transport("sender", call(Some(0))).expect("lifted");
    }
    assert_eq!(limits(&mut room), [None; 3]);
}

#[test]
fn statistics_count_milliseconds_and_name_codecs_as_the_standards_do() {
    let mut room = Room::open();
    let peer = room.join("sender");
    room.join("receiver");
    room.produce("sender", "microphone", sound(500));
    room.consume("receiver", "ear", "microphone");
    room.receive(peer, &spoken(500, 1, 30));
    room.wait(5_678);

    let reply = room.consumer("ear", ConsumerCall::GetStats);

    let Ok(Reply::ConsumerStats(stats)) = reply else {
        panic!("{reply:?}")
    };
    for stream in [
        &stats.outbound[0].base,
        &stats.inbound.as_ref().expect("one is forwarded").base,
    ] {
        assert_eq!((stream.timestamp, stream.packet_count), (5_678, 1));
        assert_eq!(&*stream.mime_type, "audio/opus");
    }
}
