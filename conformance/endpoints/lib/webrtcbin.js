// @ts-check
/** GStreamer's webrtcbin, as a peer in a room. */

import { fileURLToPath } from 'node:url';
import { Child } from './child.js';
import { eventually } from './eventually.js';
import { answerTo, dtlsParametersOf, offerOf, rtpParametersOf, sectionsOf } from './sdp.js';
import { Signalling } from './signalling.js';

const SCRIPT = fileURLToPath(new URL('../gstreamer/webrtc.py', import.meta.url));

/** Debian's own: GStreamer's bindings belong to it and not to a Python that was built here. */
export const PYTHON = '/usr/bin/python3';

/** Says that the Python bindings of webrtcbin are there. */
export const BINDINGS = '/usr/lib/python3/dist-packages/gi/__init__.py';

export class Webrtcbin {
	/** @type {{ frames: number, width: number, height: number } | undefined} */
	video;
	/** @type {{ buffers: number, peak: number } | undefined} */
	audio;
	#child = new Child(PYTHON, [SCRIPT]);
	#signalling;
	/** @type {Record<string, any>} The last message of each kind. */
	#said = {};

	/** @param {Signalling} signalling */
	constructor(signalling) {
		this.#signalling = signalling;
		this.#child.onLine((line) => {
			Object.assign(this.#said, JSON.parse(line));
			this.video = this.#said['video'];
			this.audio = this.#said['audio'];
		});
	}

	/** @param {string} url @param {string} room */
	static async enter(url, room) {
		const signalling = await Signalling.open(url, room, 'gstreamer');
		const peer = new Webrtcbin(signalling);
		const router = await signalling.routerRtpCapabilities();
		const codecs = (router.codecs ?? []).filter(({ mimeType }) => ['audio/opus', 'video/VP8'].includes(mimeType));
		await signalling.join('GStreamer', { codecs, headerExtensions: [] });
		return peer;
	}

	/** Sends opus and VP8. */
	async send() {
		const transport = await this.#signalling.createTransport('send');
		this.#tell({ do: 'send' });
		const offer = await this.#hear('offer');
		this.#tell({ do: 'answer', sdp: answerTo(offer, transport) });
		await this.#signalling.request('connectWebRtcTransport', {
			transportId: transport.id,
			dtlsParameters: dtlsParametersOf(offer),
		});
		for (const section of sectionsOf(offer)) {
			await this.#signalling.request('produce', {
				transportId: transport.id,
				kind: section.kind,
				rtpParameters: rtpParametersOf(section),
			});
		}
		await this.#connected();
	}

	/** Receives what somebody sends, audio and video. */
	async receive() {
		const transport = await this.#signalling.createTransport('recv');
		const consumers = [
			await this.#signalling.consume(transport.id, 'audio'),
			await this.#signalling.consume(transport.id, 'video'),
		];
		this.#tell({ do: 'receive', sdp: offerOf(transport, consumers) });
		await this.#signalling.request('connectWebRtcTransport', {
			transportId: transport.id,
			dtlsParameters: dtlsParametersOf(await this.#hear('answer')),
		});
		await this.#connected();
		for (const { id } of consumers) {
			await this.#signalling.request('resumeConsumer', { consumerId: id });
		}
	}

	/** Everything there is to say when a test fails. */
	seen() {
		return { said: this.#said, ...this.#child.said() };
	}

	async close() {
		this.#signalling.close();
		await this.#child.stop();
	}

	async #connected() {
		await eventually('webrtcbin is connected', () => this.#said['state'] === 'connected', { seen: () => this.seen() });
	}

	/** @param {object} command */
	#tell(command) {
		this.#child.write(`${JSON.stringify(command)}\n`);
	}

	/** @param {string} what @returns {Promise<string>} */
	async #hear(what) {
		return eventually(`webrtcbin makes an ${what}`, () => this.#said[what], { seen: () => this.seen() });
	}
}
