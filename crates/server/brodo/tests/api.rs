//! The API: what it refuses and by what name, what it tells, who closes with whom.

mod common;

use brodo::{
    ConnectError, ConsumeError, ConsumerEvent, ConsumerLayers, ConsumerOptions, ConsumerType,
    ConsumerTypeDump, CreateRouterError, DtlsFingerprint, DtlsParameters, DtlsRole,
    FingerprintAlgorithm, IceState, ListenInfo, MediaKind, PlainConnect, PlainTransportOptions,
    PortRange, ProduceError, ProducerEvent, ProducerOptions, Protocol, RequestError, RouterOptions,
    SrtpCryptoSuite, SrtpParameters, TransportDump, TransportEvent, WebRtcServerOptions,
    WebRtcTransportOptions, Worker, WorkerSettings,
};
use common::{audio, capable, comedia, loopback, opus, parameters, room, vp8};
use futures_util::StreamExt;
use serde_json::json;

#[tokio::test]
async fn a_webrtc_transport_offers_candidates_credentials_and_fingerprints() {
    let (_worker, router) = room().await;

    let transport = webrtc(&router).await;

    let candidates = transport.ice_candidates();
    assert_eq!(candidates.len(), 2);
    assert_eq!(
        (candidates[0].protocol, candidates[1].protocol),
        (Protocol::Udp, Protocol::Tcp)
    );
    assert_eq!(candidates[0].priority, 1_076_302_079);
    assert!(
        candidates
            .iter()
            .all(|candidate| candidate.port != 0 && candidate.address == "127.0.0.1")
    );
    let ice = transport.ice_parameters();
    assert_eq!(
        (
            ice.username_fragment.len(),
            ice.password.len(),
            ice.ice_lite
        ),
        (32, 32, true)
    );
    let dtls = transport.dtls_parameters();
    assert_eq!((dtls.role, dtls.fingerprints.len()), (DtlsRole::Auto, 5));
    assert_eq!(transport.ice_state(), IceState::New);
}

#[tokio::test]
async fn a_restart_gives_new_credentials() {
    let (_worker, router) = room().await;
    let transport = webrtc(&router).await;
    let before = transport.ice_parameters();

    let after = transport.restart_ice().await.expect("open");

    assert_ne!(before, after);
    assert_eq!(transport.ice_parameters(), after);
}

#[tokio::test]
async fn connecting_a_webrtc_transport_needs_a_fingerprint_and_happens_once() {
    let (_worker, router) = room().await;
    let transport = webrtc(&router).await;
    let with = |value: &str| DtlsParameters {
        role: DtlsRole::Client,
        fingerprints: vec![DtlsFingerprint {
            algorithm: FingerprintAlgorithm::Sha256,
            value: value.to_owned(),
        }],
    };
    let good = ["AB"; 32].join(":");

    let none = transport
        .connect(DtlsParameters {
            role: DtlsRole::Client,
            fingerprints: Vec::new(),
        })
        .await;
    assert_names(&none, "fingerprints");
    assert_names(&transport.connect(with("12:34")).await, "fingerprints[0]");
    assert_eq!(transport.dtls_parameters().role, DtlsRole::Auto);
    transport.connect(with(&good)).await.expect("a fingerprint");
    assert_eq!(transport.dtls_parameters().role, DtlsRole::Server);
    assert_names(&transport.connect(with(&good)).await, "already");
}

#[tokio::test]
async fn connecting_a_plain_transport_names_what_is_missing_or_too_much() {
    let (_worker, router) = room().await;
    let plain = async |srtp: Option<SrtpCryptoSuite>, rtcp_mux: bool| {
        let options = PlainTransportOptions {
            srtp,
            rtcp_mux,
            ..PlainTransportOptions::new(loopback(Protocol::Udp))
        };
        router
            .create_plain_transport(options)
            .await
            .expect("a transport")
    };
    let to = |rtcp_port: Option<u16>| PlainConnect {
        ip: Some("127.0.0.1".parse().expect("an address")),
        port: Some(9_000),
        rtcp_port,
        srtp_parameters: None,
    };
    let key = |key_base64: &str| SrtpParameters {
        crypto_suite: SrtpCryptoSuite::AeadAes128Gcm,
        key_base64: key_base64.to_owned(),
    };

    let muxed = plain(None, true).await;
    assert_names(&muxed.connect(PlainConnect::default()).await, "ip");
    assert_names(
        &muxed
            .connect(PlainConnect {
                port: None,
                ..to(None)
            })
            .await,
        "port",
    );
    assert_names(&muxed.connect(to(Some(9_001))).await, "rtcpPort");
    let with_key = PlainConnect {
        srtp_parameters: Some(key("AAAA")),
        ..to(None)
    };
    assert_names(&muxed.connect(with_key.clone()).await, "srtpParameters");
    muxed.connect(to(None)).await.expect("an address");
    assert_names(&muxed.connect(to(None)).await, "already");
    assert_names(
        &plain(None, false).await.connect(to(None)).await,
        "rtcpPort",
    );
    let secret = plain(Some(SrtpCryptoSuite::AeadAes128Gcm), true).await;
    assert_names(&secret.connect(to(None)).await, "srtpParameters");
    assert_names(&secret.connect(with_key).await, "keyBase64");
    assert_eq!(
        secret.srtp_parameters().expect("a key").key_base64.len(),
        40
    );
}

#[tokio::test]
async fn a_suite_that_differs_from_ours_is_adopted_with_a_new_key() {
    let (_worker, router) = room().await;
    let options = PlainTransportOptions {
        srtp: Some(SrtpCryptoSuite::AesCm128HmacSha1_80),
        comedia: true,
        ..PlainTransportOptions::new(loopback(Protocol::Udp))
    };
    let transport = router
        .create_plain_transport(options)
        .await
        .expect("a transport");
    let theirs = SrtpParameters {
        crypto_suite: SrtpCryptoSuite::AeadAes256Gcm,
        key_base64: "A".repeat(58) + "A=",
    };

    transport
        .connect(PlainConnect {
            srtp_parameters: Some(theirs),
            ..PlainConnect::default()
        })
        .await
        .expect("a key");

    let ours = transport.srtp_parameters().expect("a key");
    assert_eq!(
        (ours.crypto_suite, ours.key_base64.len()),
        (SrtpCryptoSuite::AeadAes256Gcm, 60)
    );
}

#[tokio::test]
async fn listening_names_what_cannot_be_bound_and_leaves_nothing_open() {
    let (worker, router) = room().await;
    let elsewhere = ListenInfo::new(Protocol::Udp, "192.0.2.199".parse().expect("an address"));
    let backwards = ListenInfo {
        port_range: Some(PortRange { min: 9, max: 8 }),
        ..loopback(Protocol::Udp)
    };
    let other = webrtc(&router).await;
    let taken = other.ice_candidates()[0].port;

    for wrong in [
        elsewhere,
        backwards,
        ListenInfo {
            port: Some(taken),
            ..loopback(Protocol::Udp)
        },
    ] {
        let options = WebRtcTransportOptions::new([loopback(Protocol::Udp), wrong]);
        let error = router
            .create_webrtc_transport(options)
            .await
            .expect_err("not to be had")
            .to_string();
        assert!(error.contains("listenInfo"), "{error}");
    }

    let none = worker
        .create_webrtc_server(WebRtcServerOptions::new([]))
        .await
        .expect_err("nothing to listen on");
    assert!(none.to_string().contains("listenInfos"), "{none}");
    let tcp = PlainTransportOptions::new(loopback(Protocol::Tcp));
    assert!(router.create_plain_transport(tcp).await.is_err());
}

#[tokio::test]
async fn codecs_are_refused_by_name() {
    let worker = Worker::new(WorkerSettings::default()).expect("a worker");
    let refused = async |codec: serde_json::Value| {
        let codec = serde_json::from_value(codec).expect("a codec's shape");
        match worker.create_router(RouterOptions::new([codec])).await {
            Err(CreateRouterError::Codecs(error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };

    let unknown =
        refused(json!({ "kind": "audio", "mimeType": "audio/nothing", "clockRate": 1 })).await;
    assert!(
        unknown.contains("mediaCodecs[0].mimeType audio/nothing"),
        "{unknown}"
    );
    let twisted =
        refused(json!({ "kind": "audio", "mimeType": "video/VP8", "clockRate": 90000 })).await;
    assert!(twisted.contains("mediaCodecs[0].kind"), "{twisted}");
}

#[tokio::test]
async fn producing_names_what_is_wrong_and_changes_nothing() {
    let (_worker, router) = room().await;
    let transport = comedia(&router).await;
    let _kept = transport.produce(audio(1_111)).await.expect("sound");

    let again = transport
        .produce(audio(1_111))
        .await
        .expect_err("the same SSRC");
    assert!(again.to_string().contains("ssrc 1111"), "{again}");
    let unsupported = parameters(
        json!({ "codecs": [{ "mimeType": "video/VP7", "payloadType": 96, "clockRate": 90000 }] }),
    );
    let error = transport
        .produce(ProducerOptions::new(MediaKind::Video, unsupported))
        .await
        .expect_err("no VP7");
    assert!(matches!(error, ProduceError::RtpParameters(_)), "{error}");
    let nameless = parameters(
        json!({ "codecs": [{ "mimeType": "video/VP8", "payloadType": 96, "clockRate": 90000 }] }),
    );
    let error = transport
        .produce(ProducerOptions::new(MediaKind::Video, nameless))
        .await
        .expect_err("nothing to know it by");
    assert!(error.to_string().contains("encodings[0]"), "{error}");
    let error = transport
        .produce(ProducerOptions::new(MediaKind::Video, opus(3_333)))
        .await
        .expect_err("not video");
    assert!(error.to_string().contains("kind"), "{error}");

    let TransportDump::Plain(dump) = transport.dump().await.expect("open") else {
        panic!("a plain transport")
    };
    assert_eq!(dump.base.producer_ids.len(), 1);
    assert_eq!(dump.base.rtp_listener.ssrc_table.len(), 1);
}

#[tokio::test]
async fn consuming_needs_a_producer_here_and_a_codec_in_common() {
    let (_worker, router) = room().await;
    let (_other_worker, other) = room().await;
    let producer = comedia(&router)
        .await
        .produce(audio(1_111))
        .await
        .expect("sound");
    let stranger = comedia(&other).await;
    let receiver = comedia(&router).await;

    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    assert!(matches!(
        stranger.consume(options.clone()).await,
        Err(ConsumeError::ProducerNotFound(_))
    ));
    let deaf = ConsumerOptions {
        rtp_capabilities: Default::default(),
        ..options.clone()
    };
    assert!(matches!(
        receiver.consume(deaf).await,
        Err(ConsumeError::RtpCapabilities(_))
    ));
    assert!(!router.can_consume(producer.id(), &Default::default()));
    assert!(router.can_consume(producer.id(), &capable(&router)));

    let consumer = receiver.consume(options).await.expect("a consumer");
    assert_eq!(consumer.rtp_parameters().mid.as_deref(), Some("0"));
    assert_eq!(
        (consumer.score().score, consumer.score().producer_score),
        (10, 0)
    );
}

#[tokio::test]
async fn layers_that_are_wanted_stay_within_those_that_there_are() {
    let (_worker, router) = room().await;
    let mut layered = vp8(5_555);
    layered.encodings[0].scalability_mode = Some("L1T3".to_owned());
    let producer = comedia(&router)
        .await
        .produce(ProducerOptions::new(MediaKind::Video, layered))
        .await
        .expect("video");
    let wanted = |spatial_layer, temporal_layer| ConsumerLayers {
        spatial_layer,
        temporal_layer,
    };

    let options = ConsumerOptions {
        preferred_layers: Some(wanted(2, Some(1))),
        ..ConsumerOptions::new(producer.id().clone(), capable(&router))
    };
    let receiver = comedia(&router).await;
    let consumer = receiver.consume(options).await.expect("a consumer");

    assert_eq!(consumer.consumer_type(), ConsumerType::Svc);
    assert_eq!(consumer.preferred_layers(), Some(wanted(0, Some(1))));
    assert_eq!(consumer.current_layers(), None);
    let wishes = [
        ((0, Some(0)), (0, 0)),
        ((0, None), (0, 2)),
        ((9, Some(9)), (0, 2)),
    ];
    for ((spatial, temporal), (effective_spatial, effective_temporal)) in wishes {
        let wish = wanted(spatial, temporal);
        consumer.set_preferred_layers(wish).await.expect("open");
        let effective = wanted(effective_spatial, Some(effective_temporal));
        assert_eq!(consumer.preferred_layers(), Some(effective));
    }
    let ConsumerTypeDump::Svc(dump) = consumer.dump().await.expect("open").details else {
        panic!("a consumer of layers");
    };
    assert_eq!(
        (dump.preferred_temporal_layer, dump.current_temporal_layer),
        (2, -1)
    );
    assert_eq!(dump.rtp_stream.params.temporal_layers, 3);
}

#[tokio::test]
async fn a_consumer_without_layers_has_none_to_prefer() {
    let (_worker, router) = room().await;
    let sender = comedia(&router).await;
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let receiver = comedia(&router).await;
    let consumer = receiver.consume(options).await.expect("a consumer");

    let wish = ConsumerLayers {
        spatial_layer: 1,
        temporal_layer: None,
    };
    consumer.set_preferred_layers(wish).await.expect("ignored");

    assert_eq!(consumer.preferred_layers(), None);
}

#[tokio::test]
async fn pausing_a_producer_is_told_to_its_consumers_once() {
    let (_worker, router) = room().await;
    let producer = comedia(&router)
        .await
        .produce(audio(1_111))
        .await
        .expect("sound");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let consumer = comedia(&router)
        .await
        .consume(options)
        .await
        .expect("a consumer");
    let mut events = consumer.events();

    producer.pause().await.expect("open");
    producer.pause().await.expect("open");
    producer.resume().await.expect("open");

    assert_eq!(events.next().await, Some(ConsumerEvent::ProducerPause));
    assert_eq!(events.next().await, Some(ConsumerEvent::ProducerResume));
    assert!(!producer.is_paused() && !consumer.is_producer_paused());
}

#[tokio::test]
async fn who_closes_takes_its_children_along_and_says_why() {
    let (_worker, router) = room().await;
    let (sender, receiver) = (comedia(&router).await, comedia(&router).await);
    let producer = sender.produce(audio(1_111)).await.expect("sound");
    let options = ConsumerOptions::new(producer.id().clone(), capable(&router));
    let first = receiver.consume(options.clone()).await.expect("a consumer");
    let mut of_first = first.events();
    let mut of_producer = producer.events();

    sender.close();
    assert_eq!(
        of_producer.next().await,
        Some(ProducerEvent::TransportClose)
    );
    assert_eq!(of_first.next().await, Some(ConsumerEvent::ProducerClose));
    assert_eq!(of_first.next().await, Some(ConsumerEvent::Close));
    assert_eq!(of_first.next().await, None);
    assert!(producer.is_closed() && first.is_closed());
    assert!(matches!(
        receiver.consume(options).await,
        Err(ConsumeError::ProducerNotFound(_))
    ));

    let mut of_receiver = receiver.events();
    router.close();
    assert_eq!(of_receiver.next().await, Some(TransportEvent::RouterClose));
    assert!(receiver.is_closed());
    assert!(matches!(
        receiver.dump().await,
        Err(RequestError::Refused(_))
    ));
}

#[tokio::test]
async fn a_server_that_closes_takes_its_transports_along() {
    let (worker, router) = room().await;
    let server = worker
        .create_webrtc_server(WebRtcServerOptions::new([
            loopback(Protocol::Udp),
            loopback(Protocol::Tcp),
        ]))
        .await
        .expect("a server");
    let mut options = WebRtcTransportOptions::with_server(server.clone());
    options.enable_tcp = false;
    let transport = router
        .create_webrtc_transport(options)
        .await
        .expect("a transport");
    assert_eq!(transport.ice_candidates().len(), 1);
    assert_eq!(
        server.dump().await.expect("open").web_rtc_transport_ids,
        [transport.id().clone()]
    );
    let mut events = transport.events();

    server.close();

    assert_eq!(events.next().await, Some(TransportEvent::ListenServerClose));
    assert!(transport.is_closed());
    let (other_worker, _) = room().await;
    let foreign = other_worker
        .create_webrtc_server(WebRtcServerOptions::new([loopback(Protocol::Udp)]))
        .await
        .expect("a server");
    assert!(
        router
            .create_webrtc_transport(WebRtcTransportOptions::with_server(foreign))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_last_handle_to_go_closes_the_object() {
    let (worker, router) = room().await;
    let transport = comedia(&router).await;
    let producer = transport.produce(audio(1_111)).await.expect("sound");
    let twin = producer.clone();

    drop(producer);
    assert_eq!(
        router
            .dump()
            .await
            .expect("open")
            .map_producer_id_consumer_ids
            .len(),
        1
    );
    drop(twin);
    assert_eq!(
        router
            .dump()
            .await
            .expect("open")
            .map_producer_id_consumer_ids
            .len(),
        0
    );
    drop(transport);
    assert_eq!(router.dump().await.expect("open").transport_ids.len(), 0);
    drop(router);
    assert_eq!(worker.dump().await.expect("open").router_ids.len(), 0);
}

#[tokio::test]
async fn a_closed_worker_answers_nothing_and_says_so() {
    let (worker, router) = room().await;

    worker.close();

    assert!(router.is_closed());
    assert_eq!(worker.dump().await, Err(RequestError::Gone));
}

#[tokio::test]
async fn outgoing_limits_have_a_floor_and_do_not_cross() {
    let (_worker, router) = room().await;
    let transport = webrtc(&router).await;

    assert!(
        transport
            .set_max_outgoing_bitrate(Some(29_999))
            .await
            .is_err()
    );
    transport
        .set_max_outgoing_bitrate(Some(100_000))
        .await
        .expect("above the floor");
    assert!(
        transport
            .set_min_outgoing_bitrate(Some(100_001))
            .await
            .is_err()
    );
    transport
        .set_max_outgoing_bitrate(None)
        .await
        .expect("no limit");
    transport
        .set_min_outgoing_bitrate(Some(100_001))
        .await
        .expect("nothing above");
}

/// An error whose text names the field.
fn assert_names(outcome: &Result<(), ConnectError>, field: &str) {
    let error = outcome.as_ref().expect_err("refused").to_string();
    assert!(error.contains(field), "{error} does not name {field}");
}

/// A transport for a browser.
async fn webrtc(router: &brodo::Router) -> brodo::WebRtcTransport {
    let options = WebRtcTransportOptions::new([loopback(Protocol::Udp), loopback(Protocol::Tcp)]);
    router
        .create_webrtc_transport(options)
        .await
        .expect("a transport")
}
