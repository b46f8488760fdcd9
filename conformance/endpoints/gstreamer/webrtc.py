#!/usr/bin/python3
"""GStreamer's webrtcbin, told what to do by a test over its standard input, one JSON object a line.

    ▶ {"do": "send"}                 make an offer of opus and VP8
    ◀ {"offer": SDP}
    ▶ {"do": "answer", "sdp": SDP}   the server's answer to it

    ▶ {"do": "receive", "sdp": SDP}  the server's offer
    ◀ {"answer": SDP}
    ◀ {"state": "connected"}
    ◀ {"video": {"frames": 41, "width": 640, "height": 360}}
    ◀ {"audio": {"buffers": 99, "peak": 0.1}}
    ◀ {"error": "…"}
"""

import json
import math
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

SENDING = """
    webrtcbin name=peer bundle-policy=max-bundle
    audiotestsrc is-live=true freq=440 volume=0.25 ! audio/x-raw,rate=48000,channels=2 ! opusenc
        ! rtpopuspay pt=111 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! peer.
    videotestsrc is-live=true ! video/x-raw,width=640,height=360,framerate=20/1
        ! vp8enc deadline=1 cpu-used=8 target-bitrate=500000 keyframe-max-dist=2000 name=encoder
        ! rtpvp8pay pt=96 picture-id-mode=15-bit ! application/x-rtp,media=video,encoding-name=VP8,payload=96 ! peer.
"""
# The unused source makes it a pipeline: a lone element would be parsed to itself.
RECEIVING = "webrtcbin name=peer bundle-policy=max-bundle fakesrc num-buffers=0 ! fakesink"
DECODING = {
    "video": "rtpvp8depay ! vp8dec ! fakesink name=sink signal-handoffs=true sync=false",
    "audio": "rtpopusdepay ! opusdec ! audioconvert ! level interval=100000000 ! fakesink name=sink signal-handoffs=true sync=false",
}


# Elements speak from threads of their own.
SPEAKING = threading.Lock()


def say(**message):
    with SPEAKING:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def parse(sdp):
    result, message = GstSdp.SDPMessage.new_from_text(sdp)
    if result != GstSdp.SDPResult.OK:
        raise ValueError(f"no SDP: {sdp}")
    return message


class Endpoint:
    def __init__(self):
        self.pipeline = None
        self.peer = None
        self.seen = {"frames": 0, "width": 0, "height": 0}
        self.heard = {"buffers": 0, "peak": 0.0}

    def handle(self, command):
        if command["do"] == "send":
            self.start(SENDING)
            self.peer.connect("on-negotiation-needed", lambda _: self.offer())
            for index in range(2):
                transceiver = self.peer.emit("get-transceiver", index)
                transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
                transceiver.set_property("do-nack", True)
            self.pipeline.set_state(Gst.State.PLAYING)
        elif command["do"] == "answer":
            self.describe_remote(GstWebRTC.WebRTCSDPType.ANSWER, command["sdp"], None)
        elif command["do"] == "receive":
            self.start(RECEIVING)
            self.peer.connect("pad-added", self.decode)
            self.pipeline.set_state(Gst.State.PLAYING)
            self.describe_remote(GstWebRTC.WebRTCSDPType.OFFER, command["sdp"], self.answer)

    def start(self, description):
        self.pipeline = Gst.parse_launch(description)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("notify::connection-state", self.tell_state)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.handle_message)

    def offer(self):
        promise = Gst.Promise.new_with_change_func(self.made, "offer")
        self.peer.emit("create-offer", None, promise)

    def answer(self, _promise):
        promise = Gst.Promise.new_with_change_func(self.made, "answer")
        self.peer.emit("create-answer", None, promise)

    def made(self, promise, what):
        # The description lives in the reply, and no longer.
        reply = promise.get_reply()
        description = reply.get_value(what)
        sdp = description.sdp.as_text()
        self.peer.emit("set-local-description", description, Gst.Promise.new())
        say(**{what: sdp})

    def describe_remote(self, kind, sdp, then):
        description = GstWebRTC.WebRTCSessionDescription.new(kind, parse(sdp))
        promise = Gst.Promise.new() if then is None else Gst.Promise.new_with_change_func(then)
        self.peer.emit("set-remote-description", description, promise)

    def decode(self, _peer, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        decoder = Gst.parse_bin_from_description(DECODING[kind], True)
        handle = self.see if kind == "video" else self.hear
        decoder.get_by_name("sink").connect("handoff", handle)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def see(self, _sink, _buffer, pad):
        structure = pad.get_current_caps().get_structure(0)
        self.seen["frames"] += 1
        self.seen["width"] = structure.get_int("width").value
        self.seen["height"] = structure.get_int("height").value
        if self.seen["frames"] % 10 == 0:
            say(video=self.seen)

    def hear(self, _sink, _buffer, _pad):
        self.heard["buffers"] += 1
        if self.heard["buffers"] % 25 == 0:
            say(audio=self.heard)

    def tell_state(self, peer, _property):
        say(state=peer.get_property("connection-state").value_nick)

    def handle_message(self, _bus, message):
        if message.type == Gst.MessageType.ERROR:
            error, detail = message.parse_error()
            say(error=f"{error.message}: {detail}")
        elif message.type == Gst.MessageType.ELEMENT and message.get_structure().get_name() == "level":
            levels = message.get_structure().get_value("peak")
            peak = max((10 ** (level / 20) for level in levels if math.isfinite(level)), default=0.0)
            self.heard["peak"] = max(self.heard["peak"], peak)
        elif message.type == Gst.MessageType.LATENCY:
            self.pipeline.recalculate_latency()


def main():
    Gst.init(None)
    endpoint = Endpoint()
    loop = GLib.MainLoop()

    def read():
        for line in sys.stdin:
            GLib.idle_add(endpoint.handle, json.loads(line))
        GLib.idle_add(loop.quit)

    threading.Thread(target=read, daemon=True).start()
    loop.run()
    if endpoint.pipeline is not None:
        endpoint.pipeline.set_state(Gst.State.NULL)


main()
