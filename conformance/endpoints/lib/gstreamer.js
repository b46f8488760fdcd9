// @ts-check
/** GStreamer pipelines that play SRTP into a room or record it from there, with GStreamer's own libsrtp. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.js';
import { PAYLOAD_TYPES, SSRCS } from './codecs.js';
import { eventually } from './eventually.js';
import { bound } from './ports.js';

/** @typedef {import('./demo.js').SrtpParameters} SrtpParameters */

/**
 * How GStreamer calls our suites. The lengths are those of key and salt together. RTCP always has the
 * long tag (RFC 4568 §6.2.2).
 *
 * @type {Readonly<Record<string, { cipher: string, auth: string, rtcpAuth: string, length: number }>>}
 */
export const SUITES = {
	AES_CM_128_HMAC_SHA1_80: { cipher: 'aes-128-icm', auth: 'hmac-sha1-80', rtcpAuth: 'hmac-sha1-80', length: 30 },
	AES_CM_128_HMAC_SHA1_32: { cipher: 'aes-128-icm', auth: 'hmac-sha1-32', rtcpAuth: 'hmac-sha1-80', length: 30 },
	AEAD_AES_128_GCM: { cipher: 'aes-128-gcm', auth: 'null', rtcpAuth: 'null', length: 28 },
	AEAD_AES_256_GCM: { cipher: 'aes-256-gcm', auth: 'null', rtcpAuth: 'null', length: 44 },
};

/** A key that anybody may know. @param {string} cryptoSuite @returns {SrtpParameters} */
export function testKey(cryptoSuite) {
	const { length } = suiteOf(cryptoSuite);
	return { cryptoSuite, keyBase64: Buffer.from(Array.from({ length }, (_, index) => 7 * index + 1)).toString('base64') };
}

/** Plays a test picture in VP8. @param {{ ip: string, port: number }} destination @param {SrtpParameters} srtp */
export function playSecurely({ ip, port }, { cryptoSuite, keyBase64 }) {
	const { cipher, auth, rtcpAuth } = suiteOf(cryptoSuite);
	const pipeline = [
		'videotestsrc is-live=true ! video/x-raw,width=640,height=360,framerate=20/1',
		'vp8enc deadline=1 cpu-used=8 target-bitrate=500000 keyframe-max-dist=20',
		`rtpvp8pay pt=${PAYLOAD_TYPES.vp8} ssrc=${SSRCS.vp8} picture-id-mode=15-bit mtu=1200`,
		`srtpenc key=${hex(keyBase64)} rtp-cipher=${cipher} rtp-auth=${auth} rtcp-cipher=${cipher} rtcp-auth=${rtcpAuth}`,
		`udpsink host=${ip} port=${port}`,
	];
	return new Child('gst-launch-1.0', ['-q', ...words(pipeline.join(' ! '))]);
}

/** How often GStreamer may crash: it links pads from several threads at once when a pipeline starts. */
const CRASHES_MAX = 2;

/** A recording of VP8 that goes on until it is finished. */
export class SecureRecording {
	file;
	#launch;
	#child;
	#crashes = 0;

	/** @param {string} file @param {() => Child} launch */
	constructor(file, launch) {
		this.file = file;
		this.#launch = launch;
		this.#child = launch();
	}

	/**
	 * Starts to record and waits until GStreamer can receive.
	 *
	 * @param {string} folder
	 * @param {import('./demo.js').PlainConsumer} consumer
	 * @param {number} port Where the server sends to; its reports go to the next.
	 */
	static async start(folder, { rtpParameters, srtpParameters }, port) {
		const file = join(folder, 'secure.mkv');
		const [codec] = rtpParameters.codecs;
		const [encoding] = rtpParameters.encodings;
		if (srtpParameters === undefined || codec === undefined || encoding === undefined) {
			throw new Error('a consumer without SRTP, codec or encoding');
		}
		const { cipher, auth, rtcpAuth } = suiteOf(srtpParameters.cryptoSuite);
		const keys = [
			`ssrc=(uint)${encoding.ssrc},srtp-key=(buffer)${hex(srtpParameters.keyBase64)}`,
			`srtp-cipher=${cipher},srtp-auth=${auth},srtcp-cipher=${cipher},srtcp-auth=${rtcpAuth}`,
		].join(',');
		const media = `media=video,encoding-name=VP8,payload=${codec.payloadType},clock-rate=${codec.clockRate}`;
		// A decoder each for media and reports: one for both makes its pads in two threads at once.
		const pipeline = [
			`srtpdec name=media udpsrc address=127.0.0.1 port=${port} caps=application/x-srtp,${media},${keys} ! media.rtp_sink`,
			`media.rtp_src ! rtpjitterbuffer ! rtpvp8depay ! matroskamux ! filesink location=${file}`,
			`srtpdec name=control udpsrc address=127.0.0.1 port=${port + 1} caps=application/x-srtcp,${keys} ! control.rtcp_sink`,
			'control.rtcp_src ! fakesink name=reports sync=false async=false silent=false',
		];
		// Verbosely, so that the reports that arrive are seen.
		const launch = () => new Child('gst-launch-1.0', ['-v', '-e', ...words(pipeline.join(' '))]);
		const recording = new SecureRecording(file, launch);
		await bound(port, () => recording.said());
		return recording;
	}

	/** Waits until it has so many bytes and a report of the sender, then ends it properly. @param {number} bytes */
	async finish(bytes) {
		const isLong = async () => this.#goOn() && (await stat(this.file)).size > bytes;
		await eventually(`the recording has ${bytes} bytes`, isLong, { seen: () => this.said(), timeout: 20_000 });
		await this.#child.line(/GstFakeSink:reports.*chain/, 10_000);
		// It closes the file when it is interrupted.
		return this.#child.stop('SIGINT');
	}

	/** Begins anew if GStreamer has crashed. */
	#goOn() {
		if (this.#child.ended === 'SIGSEGV' && this.#crashes < CRASHES_MAX) {
			this.#crashes += 1;
			this.#child = this.#launch();
		}
		return true;
	}

	said() {
		return { crashes: this.#crashes, ...this.#child.said() };
	}

	async close() {
		await this.#child.stop('SIGKILL');
	}
}

/** @param {string} cryptoSuite */
function suiteOf(cryptoSuite) {
	const suite = SUITES[cryptoSuite];
	if (suite === undefined) {
		throw new Error(`GStreamer has no name for ${cryptoSuite}`);
	}
	return suite;
}

/** @param {string} base64 */
function hex(base64) {
	return Buffer.from(base64, 'base64').toString('hex');
}

/** @param {string} text */
function words(text) {
	return text.split(/\s+/);
}
