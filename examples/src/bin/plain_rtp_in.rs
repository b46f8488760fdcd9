//! RTP from ffmpeg (or GStreamer, or a camera) in, and on to whoever listens.
//!
//! ```sh
//! cargo run -p brodo-examples --bin plain_rtp_in                  # sends to 127.0.0.1:5004 and :5006
//! cargo run -p brodo-examples --bin plain_rtp_in -- 192.0.2.7:6000 192.0.2.7:6002
//! ```
//!
//! ```text
//! ffmpeg ── Opus ─▶ PlainTransport ─▶ Producer ─▶ Consumer ─▶ PlainTransport ──▶ first address
//!        ╰─ VP8 ──▶ PlainTransport ─▶ Producer ─▶ Consumer ─▶ PlainTransport ──▶ second address
//! ```
//!
//! It prints the command that sends and the one that plays, and once a second what has passed. A transport
//! of its own for each kind of media, because ffmpeg sends each from a socket of its own and a transport
//! with `comedia` belongs to whoever speaks first. In a real application the consumers would be browsers.

#![forbid(unsafe_code)]

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use brodo::{
    Consumer, ConsumerOptions, ListenInfo, MediaKind, PlainConnect, PlainTransport,
    PlainTransportOptions, Producer, ProducerOptions, Protocol, Router, RouterOptions,
    RtpCapabilities, RtpParameters, Worker, WorkerSettings,
};
use brodo_examples::peer::codecs;
use serde_json::json;

/// Where media goes if nobody says otherwise: the port that RFC 3551 §8 registers for RTP, and the next
/// but one, because each port is followed by the one for RTCP.
const TO_DEFAULT: [&str; 2] = ["127.0.0.1:5004", "127.0.0.1:5006"];

/// How ffmpeg is to mark its packets: any numbers, as long as both sides know them.
const AUDIO: Marks = Marks {
    ssrc: 1_111,
    payload_type: 111,
};
const VIDEO: Marks = Marks {
    ssrc: 2_222,
    payload_type: 96,
};

#[derive(Clone, Copy)]
struct Marks {
    ssrc: u32,
    payload_type: u8,
}

/// One kind of media, all the way through.
struct Leg {
    kind: MediaKind,
    incoming: PlainTransport,
    producer: Producer,
    consumer: Consumer,
    to: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut to = std::env::args().skip(1).chain(TO_DEFAULT.map(String::from));
    let mut next = || to.next().unwrap_or_default().parse::<SocketAddr>();
    let worker = Worker::new(WorkerSettings::default())?;
    let router = worker.create_router(RouterOptions::new(codecs())).await?;
    let audio = Leg::open(&router, MediaKind::Audio, next()?).await?;
    let video = Leg::open(&router, MediaKind::Video, next()?).await?;

    println!("To send:\n\n{}\n", sending_command(&audio, &video)?);
    println!("To play:\n\n{}\n", playing_command(&audio, &video));
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = second.tick() => println!("{}; {}", audio.passed().await?, video.passed().await?),
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

impl Leg {
    async fn open(
        router: &Router,
        kind: MediaKind,
        to: SocketAddr,
    ) -> Result<Self, Box<dyn Error>> {
        let mut options =
            PlainTransportOptions::new(ListenInfo::new(Protocol::Udp, Ipv4Addr::LOCALHOST.into()));
        // ffmpeg sends RTCP from a port of its own, to a port of its own.
        options.rtcp_mux = false;
        // Learn where ffmpeg sends from by its first packet.
        options.comedia = true;
        let incoming = router.create_plain_transport(options).await?;
        let producer = incoming
            .produce(ProducerOptions::new(kind, sent(kind)?))
            .await?;

        // From anywhere on this machine: the listener may be on another one.
        let mut options = PlainTransportOptions::new(ListenInfo::new(
            Protocol::Udp,
            Ipv4Addr::UNSPECIFIED.into(),
        ));
        options.rtcp_mux = false;
        let outgoing = router.create_plain_transport(options).await?;
        let listener = PlainConnect {
            ip: Some(to.ip()),
            port: Some(to.port()),
            rtcp_port: to.port().checked_add(1),
            srtp_parameters: None,
        };
        outgoing.connect(listener).await?;
        let options = ConsumerOptions::new(producer.id().clone(), received(router));
        let consumer = outgoing.consume(options).await?;
        Ok(Self {
            kind,
            incoming,
            producer,
            consumer,
            to,
        })
    }

    /// Our ports for RTP and RTCP.
    fn ports(&self) -> Result<(u16, u16), &'static str> {
        match (self.incoming.tuple(), self.incoming.rtcp_tuple()) {
            (Some(rtp), Some(rtcp)) => Ok((rtp.local_port, rtcp.local_port)),
            _ => Err("the transport has no port"),
        }
    }

    /// What has come and gone so far, in one line.
    async fn passed(&self) -> Result<String, Box<dyn Error>> {
        let came = self.producer.get_stats().await?;
        let went = self.consumer.get_stats().await?.outbound;
        let came = came.first().map_or((0, 0, 0), |stream| {
            (
                stream.base.packet_count,
                stream.base.bitrate / 1000,
                stream.base.packets_lost,
            )
        });
        let went = went.first().map_or(0, |stream| stream.base.packet_count);
        Ok(format!(
            "{:?}: {} packets in ({} kbit/s, {} lost), {went} out",
            self.kind, came.0, came.1, came.2
        ))
    }
}

/// What ffmpeg sends.
fn sent(kind: MediaKind) -> Result<RtpParameters, serde_json::Error> {
    serde_json::from_value(match kind {
        MediaKind::Audio => json!({
            "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": AUDIO.payload_type }],
            "encodings": [{ "ssrc": AUDIO.ssrc }],
        }),
        MediaKind::Video => json!({
            "codecs": [{ "mimeType": "video/VP8", "clockRate": 90000, "payloadType": VIDEO.payload_type }],
            "encodings": [{ "ssrc": VIDEO.ssrc }],
        }),
    })
}

/// What a simple player can take: the room's codecs without feedback, repairs and header extensions.
fn received(router: &Router) -> RtpCapabilities {
    let mut codecs = router.rtp_capabilities().codecs;
    codecs.retain(|codec| !codec.is_rtx());
    for codec in &mut codecs {
        codec.rtcp_feedback.clear();
    }
    RtpCapabilities {
        codecs,
        header_extensions: Vec::new(),
    }
}

/// A tone and a moving picture. A key frame a second, because ffmpeg does not hear us ask for one.
fn sending_command(audio: &Leg, video: &Leg) -> Result<String, &'static str> {
    let url = |leg: &Leg| {
        leg.ports()
            .map(|(rtp, rtcp)| format!("'rtp://127.0.0.1:{rtp}?rtcpport={rtcp}'"))
    };
    let marks = |marks: Marks| {
        format!(
            "-f rtp -ssrc {} -payload_type {}",
            marks.ssrc, marks.payload_type
        )
    };
    Ok(format!(
        "ffmpeg -re -f lavfi -i sine=frequency=440 -re -f lavfi -i testsrc=size=640x360:rate=30 \\\n  \
         -map 0:a -c:a libopus -ac 2 {} {} \\\n  \
         -map 1:v -c:v libvpx -deadline realtime -cpu-used 8 -b:v 800k -pix_fmt yuv420p -g 30 {} {}",
        marks(AUDIO),
        url(audio)?,
        marks(VIDEO),
        url(video)?,
    ))
}

/// A player is told by SDP what arrives where.
fn playing_command(audio: &Leg, video: &Leg) -> String {
    let section = |leg: &Leg, kind: &str, name: &str| {
        let payload_type = leg.consumer.rtp_parameters().codecs[0].payload_type;
        let (ip, port) = (leg.to.ip(), leg.to.port());
        let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
        format!(
            "m={kind} {port} RTP/AVP {payload_type}\nc=IN {family} {ip}\na=rtpmap:{payload_type} {name}"
        )
    };
    format!(
        "ffplay -protocol_whitelist pipe,fd,udp,rtp -f sdp -i - <<'SDP'\nv=0\no=- 0 0 IN IP4 127.0.0.1\ns=brodo\nt=0 0\n{}\n{}\nSDP",
        section(audio, "audio", "opus/48000/2"),
        section(video, "video", "VP8/90000"),
    )
}
