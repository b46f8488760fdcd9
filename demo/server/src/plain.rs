//! The HTTP API for what speaks plain RTP: ffmpeg, GStreamer, tests.
//!
//! ```text
//! GET    /rooms/:room                          who is there and what they send
//! POST   /rooms/:room/plain-producer           something plays into the room
//! POST   /rooms/:room/plain-consumer           something records from it
//! POST   /rooms/:room/consumers/:id/resume     once the recorder is ready
//! DELETE /transports/:id
//! ```
//!
//! A refusal is `{"error": "…"}` with a 4xx status.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use brodo::{
    ConsumerOptions, MediaKind, PlainConnect, PlainTransport, PlainTransportOptions, ProducerId,
    ProducerOptions, RtpCapabilities, RtpParameters, SrtpParameters,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Refused;
use crate::names::check_name;
use crate::plain_media::{CodecName, PlainMedia, PlainRole, recorder_capabilities};
use crate::room::Room;

type Answer = Result<Json<Value>, Refused>;

/// The routes of this API.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/rooms/{room}", get(show))
        .route("/rooms/{room}/plain-producer", post(play))
        .route("/rooms/{room}/plain-consumer", post(record))
        .route("/rooms/{room}/consumers/{id}/resume", post(resume))
        .route("/transports/{id}", delete(close))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Play {
    kind: MediaKind,
    rtp_parameters: Option<RtpParameters>,
    codec: Option<CodecName>,
    payload_type: Option<u8>,
    /// Of a shorthand. Default: one of our choice; the answer's RTP parameters hold it.
    ssrc: Option<u32>,
    /// What people see; media of one name shares a tile. Default: "RTP".
    name: Option<String>,
    #[serde(default = "yes")]
    comedia: bool,
    #[serde(default = "yes")]
    rtcp_mux: bool,
    ip: Option<IpAddr>,
    port: Option<u16>,
    rtcp_port: Option<u16>,
    srtp: Option<SrtpParameters>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    producer_id: String,
    rtp_capabilities: Option<RtpCapabilities>,
    ip: IpAddr,
    port: u16,
    rtcp_port: Option<u16>,
    #[serde(default = "yes")]
    rtcp_mux: bool,
    /// Wait for a resume. Default: true.
    #[serde(default = "yes")]
    paused: bool,
    srtp: Option<SrtpParameters>,
}

/// RFC 3550 §8.1: an SSRC is random; here a version 4 UUID's first bits, which are.
fn random_ssrc() -> u32 {
    let (bits, ..) = uuid::Uuid::new_v4().as_fields();
    bits.max(1)
}

fn yes() -> bool {
    true
}

async fn show(State(app): State<Arc<App>>, Path(name): Path<String>) -> Answer {
    let room = app.rooms().find(&name).await?;
    let peers = room.others(None);
    let producers: Vec<Value> = peers.iter().flat_map(flatten).collect();
    Ok(Json(
        json!({ "name": room.name(), "peers": peers, "producers": producers }),
    ))
}

/// A peer's producers, each with the peer's id, and `id` for those who look for that.
fn flatten(peer: &Value) -> Vec<Value> {
    let producers = peer["producers"].as_array().cloned().unwrap_or_default();
    let with_peer = producers.into_iter().map(|mut producer| {
        producer["peerId"] = peer["peerId"].clone();
        producer["id"] = producer["producerId"].clone();
        producer
    });
    with_peer.collect()
}

async fn play(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    body: Result<Json<Play>, JsonRejection>,
) -> Answer {
    let Json(body) = body.map_err(Refused::wrong)?;
    let shown = body.name.clone().unwrap_or_else(|| "RTP".into());
    check_name("player", &shown)?;
    let rtp_parameters = match (&body.rtp_parameters, body.codec) {
        (Some(parameters), None) => parameters.clone(),
        (None, Some(codec)) => {
            codec.rtp_parameters(body.payload_type, body.ssrc.unwrap_or_else(random_ssrc))?
        }
        _ => return Err(Refused::Wrong("give either rtpParameters or codec".into())),
    };
    let room = app.rooms().enter(&name, |room| Ok(room.clone())).await?;
    let made = start_playing(&app, &room, body, shown, rtp_parameters).await;
    app.rooms().tidy(&room).await;
    made
}

async fn start_playing(
    app: &App,
    room: &Room,
    body: Play,
    name: String,
    rtp_parameters: RtpParameters,
) -> Answer {
    let mut options = PlainTransportOptions::new(app.plain_listen_info());
    options.comedia = body.comedia;
    options.rtcp_mux = body.rtcp_mux;
    options.srtp = body.srtp.as_ref().map(|srtp| srtp.crypto_suite);
    let transport = room.router().create_plain_transport(options).await?;
    if !body.comedia || body.srtp.is_some() {
        let peer = PlainConnect {
            ip: body.ip.filter(|_| !body.comedia),
            port: body.port.filter(|_| !body.comedia),
            rtcp_port: body.rtcp_port.filter(|_| !body.comedia && !body.rtcp_mux),
            srtp_parameters: body.srtp,
        };
        transport.connect(peer).await?;
    }
    let producer = transport
        .produce(ProducerOptions::new(body.kind, rtp_parameters))
        .await?;
    let mut answer = addresses(&transport);
    answer["producerId"] = json!(producer.id());
    answer["rtpParameters"] = json!(producer.rtp_parameters());
    room.add_plain(PlainMedia {
        transport,
        role: PlainRole::Plays { name, producer },
    })?;
    Ok(Json(answer))
}

async fn record(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    body: Result<Json<Record>, JsonRejection>,
) -> Answer {
    let Json(body) = body.map_err(Refused::wrong)?;
    let room = app.rooms().find(&name).await?;
    let capabilities = match body.rtp_capabilities {
        Some(capabilities) => capabilities,
        None => recorder_capabilities(&room.router().rtp_capabilities())?,
    };
    let mut options = PlainTransportOptions::new(app.plain_listen_info());
    options.rtcp_mux = body.rtcp_mux;
    options.srtp = body.srtp.as_ref().map(|srtp| srtp.crypto_suite);
    let transport = room.router().create_plain_transport(options).await?;
    let rtcp_port = match (body.rtcp_mux, body.rtcp_port) {
        (true, _) => None,
        (false, Some(port)) => Some(port),
        // RFC 3550 §11: RTCP goes to the next port.
        (false, None) => Some(
            body.port
                .checked_add(1)
                .ok_or_else(|| Refused::Wrong("rtcpPort is missing".into()))?,
        ),
    };
    transport
        .connect(PlainConnect {
            ip: Some(body.ip),
            port: Some(body.port),
            rtcp_port,
            srtp_parameters: body.srtp,
        })
        .await?;
    let mut options = ConsumerOptions::new(ProducerId::from(body.producer_id), capabilities);
    options.paused = body.paused;
    let consumer = transport.consume(options).await?;
    let mut answer = addresses(&transport);
    answer["consumerId"] = json!(consumer.id());
    answer["producerId"] = json!(consumer.producer_id());
    answer["kind"] = json!(consumer.kind());
    answer["rtpParameters"] = json!(consumer.rtp_parameters());
    room.add_plain(PlainMedia {
        transport,
        role: PlainRole::Records { consumer },
    })?;
    app.rooms().tidy(&room).await;
    Ok(Json(answer))
}

async fn resume(State(app): State<Arc<App>>, Path((name, id)): Path<(String, String)>) -> Answer {
    let room = app.rooms().find(&name).await?;
    let consumer = room
        .plain_consumer(&id)
        .ok_or_else(|| Refused::not_found("consumer", &id))?;
    consumer.resume().await?;
    Ok(Json(json!({})))
}

async fn close(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    for room in app.rooms().all().await {
        if room.remove_plain(&id) {
            app.rooms().tidy(&room).await;
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(Refused::not_found("transport", &id))
}

/// Where to send to, and our key if there is one.
fn addresses(transport: &PlainTransport) -> Value {
    let tuple = transport.tuple();
    let mut answer = json!({
        "transportId": transport.id(),
        "ip": tuple.as_ref().map(|tuple| tuple.local_address.clone()),
        "port": tuple.as_ref().map(|tuple| tuple.local_port),
    });
    if let Some(rtcp) = transport.rtcp_tuple() {
        answer["rtcpPort"] = json!(rtcp.local_port);
    }
    if let Some(srtp) = transport.srtp_parameters() {
        answer["srtpParameters"] = json!(srtp);
    }
    answer
}
