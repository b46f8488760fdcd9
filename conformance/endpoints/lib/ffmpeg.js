// @ts-check
/** ffmpeg, which plays into a room or records from it. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.js';
import { PAYLOAD_TYPES, SSRCS } from './codecs.js';
import { bound } from './ports.js';

/** @typedef {import('./demo.js').SrtpParameters} SrtpParameters */
/** @typedef {import('./demo.js').PlainConsumer} PlainConsumer */

const QUIET = ['-hide_banner', '-nostats', '-loglevel', 'warning'];

/** Nobody tells ffmpeg of a key frame that is wanted, so there is one each second. */
const KEY_FRAMES = ['-g', '20', '-keyint_min', '20'];

const ENCODERS = {
	opus: ['-map', '1:a', '-c:a', 'libopus', '-b:a', '48k', '-ac', '2'],
	vp8: ['-map', '0:v', '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '800k', ...KEY_FRAMES],
	h264: ['-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '800k'].concat([
		...['-profile:v', 'baseline', '-pix_fmt', 'yuv420p', ...KEY_FRAMES],
	]),
};

/**
 * Where a stream goes.
 *
 * @typedef {object} Destination
 * @property {import('./codecs.js').PlainCodec} codec
 * @property {string} ip
 * @property {number} port
 * @property {number} [rtcpPort]
 * @property {SrtpParameters} [srtp]
 */

/** Plays a test picture of 640 by 360 and a tone with an amplitude of an eighth. @param {readonly Destination[]} destinations */
export function play(destinations) {
	return new Child('ffmpeg', [
		...[...QUIET, '-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=20'],
		...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
		...destinations.flatMap(output),
	]);
}

/** @param {Destination} destination */
function output({ codec, ip, port, rtcpPort, srtp }) {
	const suite = srtp === undefined ? [] : ['-srtp_out_suite', srtp.cryptoSuite, '-srtp_out_params', srtp.keyBase64];
	const address = `${srtp === undefined ? 'rtp' : 'srtp'}://${ip}:${port}?rtcpport=${rtcpPort ?? port}&pkt_size=1200`;
	const stream = ['-payload_type', String(PAYLOAD_TYPES[codec]), '-ssrc', String(SSRCS[codec])];
	return [...ENCODERS[codec], '-f', 'rtp', ...stream, ...suite, address];
}

/**
 * A stream to record.
 *
 * @typedef {object} Source
 * @property {PlainConsumer} consumer
 * @property {number} port Where the server sends it to.
 */

/** A recording that goes on until it is finished. */
export class Recording {
	file;
	#child;

	/** @param {string} file @param {Child} child */
	constructor(file, child) {
		this.file = file;
		this.#child = child;
	}

	/**
	 * Starts to record and waits until ffmpeg can receive.
	 *
	 * @param {string} folder
	 * @param {readonly Source[]} sources
	 */
	static async start(folder, sources) {
		const [sdp, file] = [join(folder, 'recording.sdp'), join(folder, 'recording.mkv')];
		await writeFile(sdp, description(sources));
		const child = new Child('ffmpeg', [
			...[...QUIET, '-y', '-protocol_whitelist', 'file,crypto,udp,rtp,srtp', '-progress', 'pipe:1', '-i', sdp],
			...['-map', '0', '-c', 'copy', '-f', 'matroska', file],
		]);
		const recording = new Recording(file, child);
		for (const { port } of sources) {
			await bound(port, () => child.said());
		}
		return recording;
	}

	/** Waits until it has so many frames of video, then ends it properly. @param {number} frames */
	async finish(frames) {
		const pattern = new RegExp(`^frame=\\s*(${atLeast(frames)})$`);
		await this.#child.line(pattern, 25_000);
		this.#child.write('q');
		return this.#child.end(10_000);
	}

	said() {
		return this.#child.said();
	}

	async close() {
		await this.#child.stop('SIGKILL');
	}
}

/** A pattern for whole numbers of two digits or more that are not below this one. @param {number} number */
function atLeast(number) {
	const tens = Math.floor(number / 10);
	return `[${tens}-9]\\d|\\d{3,}`;
}

/** @param {readonly Source[]} sources */
function description(sources) {
	const sections = sources.flatMap(({ consumer: { rtpParameters, srtpParameters }, port }) => {
		const [codec] = rtpParameters.codecs;
		if (codec === undefined) {
			throw new Error('a consumer without a codec');
		}
		const [kind, name] = codec.mimeType.split('/');
		const parameters = Object.entries(codec.parameters ?? {}).map(([key, value]) => `${key}=${value}`);
		return [
			`m=${kind} ${port} ${srtpParameters === undefined ? 'RTP/AVP' : 'RTP/SAVP'} ${codec.payloadType}`,
			`a=rtpmap:${codec.payloadType} ${name}/${codec.clockRate}${codec.channels === undefined ? '' : `/${codec.channels}`}`,
			...(parameters.length === 0 ? [] : [`a=fmtp:${codec.payloadType} ${parameters.join(';')}`]),
			...(srtpParameters === undefined
				? []
				: [`a=crypto:1 ${srtpParameters.cryptoSuite} inline:${srtpParameters.keyBase64}`]),
			'a=recvonly',
		];
	});
	const head = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=brodo', 'c=IN IP4 127.0.0.1', 't=0 0'];
	return [...head, ...sections, ''].join('\r\n');
}
