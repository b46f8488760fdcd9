//! The WebSocket as a client sees it, with good input and bad.

use crate::client::{Client, http, join, start};
use serde_json::{Value, json};

#[tokio::test]
async fn bad_input_gets_an_answer_and_the_socket_lives_on() {
    let host = start().await;
    let mut client = Client::enter(&host, "room", "a").await;

    client.send("{").await;
    assert!(reason(&client.receive().await).starts_with("not JSON"));
    client.send(r#"{"id":5,"method":7}"#).await;
    let answer = client.receive().await;
    assert_eq!((&answer["id"], &answer["ok"]), (&json!(5), &json!(false)));
    assert_eq!(
        client.ask("fly", json!({})).await,
        Err("there is no method 'fly'".into())
    );
    assert_eq!(
        client
            .ask("restartIce", json!({ "transportId": "x" }))
            .await,
        Err("there is no transport 'x'".into())
    );
    assert!(
        client
            .ask("join", json!({}))
            .await
            .unwrap_err()
            .contains("displayName")
    );
    assert!(
        client
            .ask("createWebRtcTransport", json!([1]))
            .await
            .is_err()
    );

    assert_eq!(client.ask("ping", json!({})).await, Ok(json!({})));
}

#[tokio::test]
async fn names_that_fit_in_no_url_are_refused() {
    let host = start().await;

    let client = Client::connect(&host, "room=a%20b&peer=a").await;

    let (code, reason) = client.closed().await;
    assert_eq!(code, 4403);
    assert!(reason.contains("room"), "{reason}");
}

#[tokio::test]
async fn the_others_hear_of_who_comes_and_goes() {
    let host = start().await;
    let mut ann = Client::enter(&host, "room", "a").await;
    assert_eq!(join(&mut ann, "Ann").await, json!({ "peers": [] }));

    let mut bob = Client::enter(&host, "room", "b").await;
    let there = join(&mut bob, "Bob").await;

    assert_eq!(there["peers"][0]["displayName"], "Ann");
    assert_eq!(
        ann.notification("newPeer").await,
        json!({ "peerId": "b", "displayName": "Bob" })
    );
    bob.close(1000).await;
    assert_eq!(
        ann.notification("peerClosed").await,
        json!({ "peerId": "b" })
    );
}

#[tokio::test]
async fn a_lost_socket_comes_back_with_its_token_and_nobody_else_does() {
    let host = start().await;
    let mut first = Client::connect(&host, "room=room&peer=a").await;
    let token = first.notification("welcome").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let transport = first.ask("createWebRtcTransport", json!({})).await.unwrap();
    first.close(4000).await;

    let stranger = Client::connect(&host, "room=room&peer=a&token=guess").await;
    let mut again = Client::connect(&host, &format!("room=room&peer=a&token={token}")).await;

    assert_eq!(stranger.closed().await.0, 4403);
    assert_eq!(again.notification("welcome").await["resumed"], true);
    let restarted = again
        .ask("restartIce", json!({ "transportId": transport["id"] }))
        .await
        .unwrap();
    assert!(restarted["iceParameters"]["password"].is_string());
}

#[tokio::test]
async fn a_transport_has_the_shape_that_mediasoup_client_takes() {
    let host = start().await;
    let mut client = Client::enter(&host, "room", "a").await;

    let transport = client
        .ask("createWebRtcTransport", json!({ "forceTcp": false }))
        .await
        .unwrap();

    let candidate = &transport["iceCandidates"][0];
    assert_eq!(candidate["protocol"], "udp");
    assert_eq!(candidate["type"], "host");
    assert_eq!(candidate["ip"], candidate["address"]);
    assert!(candidate.get("tcpType").is_none());
    assert!(
        transport["dtlsParameters"]["fingerprints"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    assert!(transport["iceParameters"]["usernameFragment"].is_string());
}

#[tokio::test]
async fn what_plays_over_plain_rtp_is_consumed_paused_and_closed_like_a_peers() {
    let host = start().await;
    let mut client = Client::enter(&host, "room", "a").await;
    join(&mut client, "Ann").await;
    let transport = client
        .ask("createWebRtcTransport", json!({}))
        .await
        .unwrap();

    let body = json!({ "kind": "video", "codec": "vp8", "ssrc": 1234, "name": "ffmpeg" });
    let (status, playing) = http(&host, "POST", "/rooms/room/plain-producer", body).await;

    assert_eq!(status, 200, "{playing}");
    assert_eq!(
        client.notification("newPeer").await["displayName"],
        "ffmpeg"
    );
    let offer = client.notification("newProducer").await;
    assert_eq!(offer["producerId"], playing["producerId"]);
    let consume = json!({ "transportId": transport["id"], "producerId": offer["producerId"] });
    let consumer = client.ask("consume", consume).await.unwrap();
    assert_eq!(
        consumer["rtpParameters"]["codecs"][0]["mimeType"],
        "video/VP8"
    );
    let of = json!({ "consumerId": consumer["id"] });
    assert_eq!(
        client.ask("resumeConsumer", of.clone()).await,
        Ok(json!({}))
    );

    let path = format!("/transports/{}", playing["transportId"].as_str().unwrap());
    assert_eq!(http(&host, "DELETE", &path, Value::Null).await.0, 204);

    assert_eq!(client.notification("consumerClosed").await, of);
    assert_eq!(
        client.notification("peerClosed").await["peerId"],
        "plain:ffmpeg"
    );
    assert!(client.ask("pauseConsumer", of).await.is_err());
}

#[tokio::test]
async fn who_mutes_is_seen_muted() {
    let host = start().await;
    let mut ann = Client::enter(&host, "room", "a").await;
    join(&mut ann, "Ann").await;
    let mut bob = Client::enter(&host, "room", "b").await;
    join(&mut bob, "Bob").await;
    let from_ann = ann.ask("createWebRtcTransport", json!({})).await.unwrap();
    let to_bob = bob.ask("createWebRtcTransport", json!({})).await.unwrap();
    let produce = json!({
        "transportId": from_ann["id"], "kind": "audio",
        "rtpParameters": {
            "mid": "0",
            "codecs": [{ "mimeType": "audio/opus", "payloadType": 100, "clockRate": 48000, "channels": 2 }],
            "encodings": [{ "ssrc": 1234 }],
        },
    });
    let produced = ann.ask("produce", produce).await.unwrap();
    let of_producer = json!({ "producerId": produced["id"] });
    let consume = json!({ "transportId": to_bob["id"], "producerId": produced["id"] });
    let consumer = bob.ask("consume", consume).await.unwrap();
    let of_consumer = json!({ "consumerId": consumer["id"] });

    ann.ask("pauseProducer", of_producer.clone()).await.unwrap();
    assert_eq!(bob.notification("consumerPaused").await, of_consumer);
    ann.ask("resumeProducer", of_producer.clone())
        .await
        .unwrap();
    assert_eq!(bob.notification("consumerResumed").await, of_consumer);

    ann.ask("closeProducer", of_producer).await.unwrap();
    assert_eq!(bob.notification("consumerClosed").await, of_consumer);
}

fn reason(answer: &Value) -> &str {
    answer["error"]["reason"].as_str().unwrap()
}
