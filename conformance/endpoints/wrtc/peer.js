// @ts-check
/**
 * @roamhq/wrtc, which is libwebrtc without a browser, as a peer in a room, by mediasoup-client:
 *
 *     node peer.js URL ROOM send|receive
 *
 * Says what it sees and hears, one JSON object a line. A program of its own, because libwebrtc likes
 * to abort when node ends: whoever starts it kills it.
 */

import wrtc from '@roamhq/wrtc';
import { Device } from 'mediasoup-client';
import { Signalling } from '../lib/signalling.js';

const { RTCAudioSource, RTCVideoSource, RTCAudioSink, RTCVideoSink } = wrtc.nonstandard;

// mediasoup-client looks for these where a browser has them.
const { MediaStream, MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } = wrtc;
Object.assign(globalThis, { MediaStream, MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, RTCIceCandidate });

const REPORT_MS = 200;

const PICTURE = { width: 640, height: 360 };
const FRAME_MS = 50;

/** The audio source takes 10 ms at a time. */
const CHUNK_MS = 10;
const SAMPLE_RATE = 48_000;
const TONE_HZ = 440;
const TONE_AMPLITUDE = 0.25;
const SAMPLE_MAX = 32_767;

class Peer {
	video = { frames: 0, width: 0, height: 0 };
	audio = { chunks: 0, peak: 0 };
	#signalling;
	#device;
	/** @type {unknown[]} What must not be collected as garbage. */
	#kept = [];

	/** @param {Signalling} signalling @param {Device} device */
	constructor(signalling, device) {
		this.#signalling = signalling;
		this.#device = device;
	}

	/** @param {string} url @param {string} room */
	static async enter(url, room) {
		const signalling = await Signalling.open(url, room, 'wrtc');
		const device = new Device({ handlerName: 'Chrome74' });
		await device.load({ routerRtpCapabilities: await signalling.routerRtpCapabilities() });
		await signalling.join('wrtc', device.recvRtpCapabilities);
		return new Peer(signalling, device);
	}

	/** Sends a tone in opus and a moving picture in VP8. */
	async send() {
		const transport = this.#device.createSendTransport(await this.#signalling.createTransport('send'));
		this.#kept.push(transport);
		this.#connects(transport);
		transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
			this.#signalling.request('produce', { transportId: transport.id, kind, rtpParameters }).then(done, failed);
		});
		await transport.produce({ track: this.#tone() });
		const codec = this.#device.recvRtpCapabilities.codecs?.find(({ mimeType }) => mimeType === 'video/VP8');
		await transport.produce({ track: this.#picture(), ...(codec === undefined ? {} : { codec }) });
	}

	/** Receives what somebody sends, audio and video. */
	async receive() {
		const transport = this.#device.createRecvTransport(await this.#signalling.createTransport('recv'));
		this.#kept.push(transport);
		this.#connects(transport);
		for (const kind of /** @type {const} */ (['audio', 'video'])) {
			const offer = await this.#signalling.consume(transport.id, kind);
			const consumer = await transport.consume(offer);
			if (kind === 'audio') {
				this.#hear(consumer.track);
			} else {
				this.#see(consumer.track);
			}
			await this.#signalling.request('resumeConsumer', { consumerId: consumer.id });
		}
	}

	/** @param {import('mediasoup-client').types.Transport} transport */
	#connects(transport) {
		transport.on('connect', ({ dtlsParameters }, done, failed) => {
			this.#signalling.request('connectWebRtcTransport', { transportId: transport.id, dtlsParameters }).then(done, failed);
		});
	}

	#picture() {
		const source = new RTCVideoSource();
		const { width, height } = PICTURE;
		const data = new Uint8Array((width * height * 3) / 2).fill(128);
		let row = 0;
		setInterval(() => {
			data.fill(row % 256, (row % height) * width, ((row % height) + 1) * width);
			row += 1;
			source.onFrame({ width, height, data });
		}, FRAME_MS);
		return source.createTrack();
	}

	#tone() {
		const source = new RTCAudioSource();
		const count = (SAMPLE_RATE * CHUNK_MS) / 1000;
		let at = 0;
		setInterval(() => {
			const samples = Int16Array.from({ length: count }, (_, index) => {
				const angle = (2 * Math.PI * TONE_HZ * (at + index)) / SAMPLE_RATE;
				return Math.sin(angle) * TONE_AMPLITUDE * SAMPLE_MAX;
			});
			at += count;
			source.onData({ samples, sampleRate: SAMPLE_RATE, bitsPerSample: 16, channelCount: 1, numberOfFrames: count });
		}, CHUNK_MS);
		return source.createTrack();
	}

	/** @param {MediaStreamTrack} track */
	#see(track) {
		const sink = new RTCVideoSink(track);
		sink.onframe = (/** @type {{ frame: { width: number, height: number } }} */ { frame }) => {
			this.video = { frames: this.video.frames + 1, width: frame.width, height: frame.height };
		};
		this.#kept.push(sink);
	}

	/** @param {MediaStreamTrack} track */
	#hear(track) {
		const sink = new RTCAudioSink(track);
		sink.ondata = (/** @type {{ samples: Int16Array }} */ { samples }) => {
			const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
			this.audio = { chunks: this.audio.chunks + 1, peak: Math.max(this.audio.peak, peak / SAMPLE_MAX) };
		};
		this.#kept.push(sink);
	}
}

const [url = '', room = '', direction = ''] = process.argv.slice(2);
const peer = await Peer.enter(url, room);
await (direction === 'send' ? peer.send() : peer.receive());
setInterval(() => console.log(JSON.stringify({ video: peer.video, audio: peer.audio })), REPORT_MS);
