// @ts-check
/** The demo's WebSocket, for endpoints that are no page. */

import { WebSocket } from 'ws';
import { eventually } from './eventually.js';

/** @typedef {import('mediasoup-client').types.RtpCapabilities} RtpCapabilities */

/**
 * @typedef {object} Offered Something that another peer sends.
 * @property {string} producerId
 * @property {'audio' | 'video'} kind
 */

/**
 * @typedef {object} TransportOffer
 * @property {string} id
 * @property {import('mediasoup-client').types.IceParameters} iceParameters
 * @property {import('mediasoup-client').types.IceCandidate[]} iceCandidates
 * @property {import('mediasoup-client').types.DtlsParameters} dtlsParameters
 * @property {import('mediasoup-client').types.SctpParameters} [sctpParameters]
 */

/**
 * @typedef {object} ConsumerOffer
 * @property {string} id
 * @property {string} producerId
 * @property {'audio' | 'video'} kind
 * @property {import('mediasoup-client').types.RtpParameters} rtpParameters
 */

export class Signalling {
	#socket;
	#lastId = 0;
	/** @type {Map<number, { resolve: (data: any) => void, reject: (error: Error) => void }>} */
	#waiting = new Map();
	/** @type {Offered[]} */
	#offered = [];

	/** @param {WebSocket} socket */
	constructor(socket) {
		this.#socket = socket;
		socket.on('message', (data) => this.#handle(JSON.parse(String(data))));
		socket.on('error', (error) => this.#fail(error));
		socket.on('close', () => this.#fail(new Error('the WebSocket is closed')));
	}

	/** @param {string} url The server's. @param {string} room @param {string} peer An id. */
	static async open(url, room, peer) {
		const address = new URL('/ws', url.replace(/^http/, 'ws'));
		address.searchParams.set('room', room);
		address.searchParams.set('peer', peer);
		const socket = new WebSocket(address);
		const signalling = new Signalling(socket);
		await new Promise((resolve, reject) => {
			socket.once('open', resolve);
			socket.once('error', reject);
		});
		return signalling;
	}

	/** @param {string} method @param {object} [data] @returns {Promise<any>} */
	async request(method, data = {}) {
		this.#lastId += 1;
		const id = this.#lastId;
		this.#socket.send(JSON.stringify({ id, method, data }));
		return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
	}

	/** @returns {Promise<RtpCapabilities>} */
	async routerRtpCapabilities() {
		return this.request('getRouterRtpCapabilities');
	}

	/** @param {string} displayName @param {RtpCapabilities} rtpCapabilities */
	async join(displayName, rtpCapabilities) {
		const { peers } = await this.request('join', { displayName, rtpCapabilities });
		this.#offered.push(...peers.flatMap((/** @type {{ producers: Offered[] }} */ peer) => peer.producers));
	}

	/** @param {'send' | 'recv'} direction @returns {Promise<TransportOffer>} */
	async createTransport(direction) {
		return this.request('createWebRtcTransport', { direction });
	}

	/** Consumes what others send, once they do. @param {string} transportId @param {'audio' | 'video'} kind @returns {Promise<ConsumerOffer>} */
	async consume(transportId, kind) {
		const { producerId } = await eventually(
			`somebody sends ${kind}`,
			() => this.#offered.find((one) => one.kind === kind),
			{ timeout: 25_000 },
		);
		return this.request('consume', { transportId, producerId });
	}

	close() {
		this.#socket.close();
	}

	/** @param {any} message */
	#handle(message) {
		if (message.method === 'newProducer') {
			this.#offered.push(message.data);
			return;
		}
		const waiting = this.#waiting.get(message.id);
		this.#waiting.delete(message.id);
		if (message.ok) {
			waiting?.resolve(message.data);
		} else {
			waiting?.reject(new Error(`the server refuses: ${message.error?.reason}`));
		}
	}

	/** @param {Error} error */
	#fail(error) {
		for (const { reject } of this.#waiting.values()) {
			reject(error);
		}
		this.#waiting.clear();
	}
}
