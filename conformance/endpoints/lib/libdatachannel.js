// @ts-check
/** node-datachannel, which is libdatachannel: its own ICE, OpenSSL or Mbed TLS, usrsctp; as an endpoint of a room. */

import datachannel from 'node-datachannel';
import { digestOf } from '../data/messages.js';
import { answerTo, dtlsParametersOf } from './sdp.js';

/** @typedef {import('./dataPeer.js').DataPeer} DataPeer */

/** @implements {DataPeer} */
export class LibDataChannel {
	/** @type {string[]} */
	received = [];
	#peer = new datachannel.PeerConnection('endpoint', { iceServers: [], disableAutoNegotiation: true });
	#endpoint;

	/** @param {import('./dataRoom.js').DataEndpoint} endpoint */
	constructor(endpoint) {
		this.#endpoint = endpoint;
	}

	/** @param {number} id Of the stream. @param {boolean} ordered */
	open(id, ordered) {
		const channel = this.#peer.createDataChannel(`${id}`, { negotiated: true, id, unordered: !ordered });
		channel.onMessage((message) => {
			this.received.push(digestOf(typeof message === 'string' ? message : new Uint8Array(message)));
		});
		return {
			isOpen: () => channel.isOpen(),
			send: (/** @type {string | Uint8Array} */ message) => {
				typeof message === 'string' ? channel.sendMessage(message) : channel.sendMessageBinary(message);
			},
		};
	}

	/** Connects, and sends and receives on the channels that were opened. */
	async connect() {
		/** @type {Promise<string>} */
		const offering = new Promise((resolve) => this.#peer.onLocalDescription(resolve));
		this.#peer.setLocalDescription('offer');
		const offer = await offering;
		await this.#endpoint.transport.connect({ dtlsParameters: dtlsParametersOf(offer) });
		this.#peer.setRemoteDescription(answerTo(offer, this.#endpoint.offer), 'answer');
	}

	seen() {
		return { state: this.#peer.state(), iceState: this.#peer.iceState(), received: this.received.length };
	}

	async close() {
		this.#peer.close();
	}

	/** Ends its threads, without which the process does not end. */
	static end() {
		datachannel.cleanup();
	}
}
