// @ts-check
/**
 * The demo's server, and what it answers over HTTP. With `BRODO_SERVER=node` it is `server/`, which does the same
 * through the Node package.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Child } from './child.js';

/**
 * @typedef {object} RoomProducer
 * @property {string} producerId
 * @property {'audio' | 'video'} kind
 * @property {string} codec
 */

/** @typedef {{ cryptoSuite: string, keyBase64: string }} SrtpParameters */

/**
 * @typedef {object} PlainProducer
 * @property {string} ip
 * @property {number} port
 * @property {number} [rtcpPort]
 * @property {string} producerId
 * @property {string} transportId
 * @property {SrtpParameters} [srtpParameters]
 */

/**
 * @typedef {object} PlainConsumer
 * @property {string} ip
 * @property {number} port
 * @property {string} transportId
 * @property {string} consumerId
 * @property {{ codecs: { mimeType: string, payloadType: number, clockRate: number, channels?: number,
 *   parameters: Record<string, unknown> }[], encodings: { ssrc: number }[] }} rtpParameters
 * @property {SrtpParameters} [srtpParameters]
 */

export class Demo {
	#child;
	#url = '';
	#rooms = 0;

	/** @param {Child} child */
	constructor(child) {
		this.#child = child;
	}

	/** Starts a server of its own on free ports. @param {readonly string[]} [options] @returns {Promise<Demo>} */
	static async start(options = []) {
		const [program, ...first] = command();
		const child = new Child(program, [...first, '--port', '0', ...options], { env: { RUST_LOG: process.env['RUST_LOG'] ?? 'warn' } });
		const demo = new Demo(child);
		const [, url] = await child.line(/^listening on (https?:\/\/\S+)/);
		demo.#url = url ?? '';
		return demo;
	}

	get url() {
		return this.#url;
	}

	/** A name for a room that nobody is in. @param {string} hint */
	freshRoom(hint) {
		this.#rooms += 1;
		return `${hint.replace(/[^A-Za-z0-9_.-]+/g, '-').toLowerCase()}-${this.#rooms}`;
	}

	/** What it logged, for failures. */
	log() {
		return this.#child.errors.slice(-15);
	}

	/** Ends it. It must have lived until now. */
	async stop() {
		const died = this.#child.ended;
		await this.#child.stop('SIGINT');
		if (died !== undefined) {
			throw new Error(`the server ended during the test (${died}): ${this.log().join('\n')}`);
		}
	}

	/** @param {string} room @returns {Promise<{ producers: RoomProducer[] }>} */
	async room(room) {
		return this.#ask('GET', `/rooms/${room}`);
	}

	/** @param {string} room @param {object} body @returns {Promise<PlainProducer>} */
	async plainProducer(room, body) {
		return this.#ask('POST', `/rooms/${room}/plain-producer`, body);
	}

	/** @param {string} room @param {object} body @returns {Promise<PlainConsumer>} */
	async plainConsumer(room, body) {
		return this.#ask('POST', `/rooms/${room}/plain-consumer`, body);
	}

	/** @param {string} room @param {string} consumerId */
	async resume(room, consumerId) {
		await this.#ask('POST', `/rooms/${room}/consumers/${consumerId}/resume`, {});
	}

	/** @param {string} transportId */
	async closeTransport(transportId) {
		await this.#ask('DELETE', `/transports/${transportId}`);
	}

	/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
	async #ask(method, path, body) {
		const response = await fetch(new URL(path, this.#url), {
			method,
			...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`${method} ${path}: ${response.status} ${text}`);
		}
		return text === '' ? undefined : JSON.parse(text);
	}
}

/** @returns {[string, ...string[]]} */
function command() {
	const node = fileURLToPath(new URL('../server/main.js', import.meta.url));
	return process.env['BRODO_SERVER'] === 'node' ? [process.execPath, node] : [binary()];
}

/** The server's program: the one named in `BRODO_DEMO`, or one built in the usual place. */
function binary() {
	const named = process.env['BRODO_DEMO'];
	const built = fileURLToPath(new URL('../../../target/release/brodo-demo', import.meta.url));
	if (named !== undefined && !existsSync(named)) {
		throw new Error(`BRODO_DEMO names ${named}, which is not there`);
	}
	if (named === undefined && !existsSync(built)) {
		throw new Error('set BRODO_DEMO to the program that `cargo build --release -p brodo-demo` made');
	}
	return named ?? built;
}
