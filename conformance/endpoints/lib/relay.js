// @ts-check
/**
 * A UDP relay that loses packets: what stands between a browser and the server where the kernel has
 * no netem. Each address that sends to it gets a socket of its own towards the server, as a NAT would.
 */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Addresses served at once; packets from further ones are lost. */
const CLIENTS_MAX = 64;

/**
 * @typedef {object} Path
 * @property {number} loss Of packets, 0 to 1, each way.
 * @property {number} delay Milliseconds, each way.
 * @property {string} [ip] Where it listens; the loopback address unless told otherwise.
 * @property {number} seed Of the dice that choose which packets are lost.
 */

export class Relay {
	counts = { passed: 0, lost: 0 };
	/** Whether it loses any just now. */
	lossy = true;
	#path;
	#random;
	#socket = createSocket('udp4');
	/** @type {{ ip: string, port: number } | undefined} Where the server is, once we know. */
	#target;
	/** @type {Map<string, import('node:dgram').Socket>} */
	#upstream = new Map();
	#closed = false;

	/** @param {Path} path */
	constructor(path) {
		this.#path = path;
		this.#random = dice(path.seed);
		this.#socket.on('message', (packet, client) => this.#forward(packet, client));
	}

	/** Opens a relay. @param {Path} path */
	static async open(path) {
		const relay = new Relay(path);
		relay.#socket.bind(0, path.ip ?? '127.0.0.1');
		await once(relay.#socket, 'listening');
		return relay;
	}

	/**
	 * Turns a message with the server's ICE candidates into one where the only candidate is this
	 * relay, and learns from it where to relay to.
	 *
	 * @param {string} message
	 */
	rewrite(message) {
		const parsed = JSON.parse(message);
		const candidates = parsed.data?.iceCandidates;
		if (!Array.isArray(candidates)) {
			return message;
		}
		const candidate = candidates.find(({ protocol, ip }) => protocol === 'udp' && !ip.includes(':'));
		if (candidate === undefined) {
			throw new Error('the server offers nothing that can be relayed');
		}
		this.#target = { ip: candidate.ip, port: candidate.port };
		const { address, port } = this.#socket.address();
		parsed.data.iceCandidates = [{ ...candidate, ip: address, address, port }];
		return JSON.stringify(parsed);
	}

	close() {
		this.#closed = true;
		this.#socket.close();
		for (const socket of this.#upstream.values()) {
			socket.close();
		}
	}

	/** @param {Buffer} packet @param {import('node:dgram').RemoteInfo} client */
	#forward(packet, client) {
		const target = this.#target;
		const upstream = this.#upstreamOf(client);
		if (target !== undefined && upstream !== undefined) {
			this.#pass(() => upstream.send(packet, target.port, target.ip));
		}
	}

	/** @param {import('node:dgram').RemoteInfo} client */
	#upstreamOf({ address, port }) {
		const key = `${address}:${port}`;
		const known = this.#upstream.get(key);
		if (known !== undefined || this.#upstream.size >= CLIENTS_MAX) {
			return known;
		}
		const upstream = createSocket('udp4');
		upstream.on('message', (packet) => this.#pass(() => this.#socket.send(packet, port, address)));
		this.#upstream.set(key, upstream);
		return upstream;
	}

	/** @param {() => void} send */
	#pass(send) {
		if (this.lossy && this.#random() < this.#path.loss) {
			this.counts.lost += 1;
			return;
		}
		this.counts.passed += 1;
		setTimeout(() => {
			if (!this.#closed) {
				send();
			}
		}, this.#path.delay);
	}
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32, a generator in the public domain. @param {number} seed */
function dice(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
