//! The HTTP API as a script sees it.

use crate::client::{http, http_text, start};
use serde_json::{Value, json};

#[tokio::test]
async fn a_room_lasts_from_its_first_transport_to_its_last() {
    let host = start().await;
    let body = json!({ "kind": "audio", "codec": "opus" });
    assert_eq!(http(&host, "GET", "/rooms/r", Value::Null).await.0, 404);

    let (_, playing) = http(&host, "POST", "/rooms/r/plain-producer", body).await;

    let (status, room) = http(&host, "GET", "/rooms/r", Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(room["producers"][0]["id"], playing["producerId"]);
    assert_eq!(room["producers"][0]["codec"], "audio/opus");
    let path = format!("/transports/{}", playing["transportId"].as_str().unwrap());
    assert_eq!(http(&host, "DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(http(&host, "DELETE", &path, Value::Null).await.0, 404);
    assert_eq!(http(&host, "GET", "/rooms/r", Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_recorder_gets_one_codec_and_waits_for_its_resume() {
    let host = start().await;
    let body = json!({ "kind": "video", "codec": "h264", "payloadType": 96, "ssrc": 7 });
    let (_, playing) = http(&host, "POST", "/rooms/r/plain-producer", body).await;
    let body = json!({ "producerId": playing["producerId"], "ip": "127.0.0.1", "port": 9 });

    let (status, recording) = http(&host, "POST", "/rooms/r/plain-consumer", body).await;

    assert_eq!(status, 200, "{recording}");
    let parameters = &recording["rtpParameters"];
    assert_eq!(parameters["codecs"].as_array().map(Vec::len), Some(1));
    assert_eq!(parameters["codecs"][0]["mimeType"], "video/H264");
    let path = format!(
        "/rooms/r/consumers/{}/resume",
        recording["consumerId"].as_str().unwrap()
    );
    assert_eq!(http(&host, "POST", &path, json!({})).await.0, 200);
    assert_eq!(
        http(&host, "POST", "/rooms/r/consumers/x/resume", json!({}))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_and_leaves_no_room_behind() {
    let host = start().await;
    let cases = [
        json!({}),
        json!({ "kind": "audio" }),
        json!({ "kind": "audio", "codec": "opus", "name": "a b" }),
        json!({ "kind": "smell", "codec": "opus" }),
        json!({ "kind": "audio", "rtpParameters": {
            "codecs": [{ "mimeType": "audio/none", "payloadType": 100, "clockRate": 8000 }], "encodings": [{}] } }),
    ];

    for body in cases {
        let (status, answer) = http(&host, "POST", "/rooms/r/plain-producer", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"].is_string(), "{body}");
    }

    assert_eq!(http(&host, "GET", "/rooms/r", Value::Null).await.0, 404);
}

#[tokio::test]
async fn every_other_path_is_the_page_or_says_how_to_build_it() {
    let host = start().await;

    let (status, page) = http_text(&host, "GET", "/r/kitchen", "").await;

    assert!([200, 503].contains(&status));
    assert!(page.contains("<title>brodo</title>"));
    assert_eq!(http_text(&host, "GET", "/assets/none.js", "").await.0, 404);
}
