// @ts-check
/**
 * A router of the Node package that exchanges messages with pages and programs, over a path that loses packets.
 *
 *     page ══ relay ══▶ WebRTC transport ══▶ WebRTC transport ══ relay ══▶ page
 *                                      ╚═══▶ DirectTransport, which is the test
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as sfu from 'brodo';
import { build } from 'esbuild';
import { digestOf } from '../data/messages.js';
import { mediaCodecs } from '../server/codecs.js';
import { ownAddress } from './network.js';
import { Relay } from './relay.js';

/** @typedef {import('brodo').types.DataProducer} DataProducer */

/** Payload protocol identifiers (RFC 8831 §8). Who sends nothing sends a byte that stands for it (§6.6). */
const EMPTY_TEXT = 56;
const EMPTY_BINARY = 57;
const TEXT = new Set([51, EMPTY_TEXT]);

const PAGE = fileURLToPath(new URL('../data/page.js', import.meta.url));

export class DataRoom {
	router;
	direct;
	#worker;
	#server;
	#endpoints = 0;
	/** @type {Map<string, DataEndpoint>} */
	#byPath = new Map();

	/**
	 * @param {import('brodo').types.Worker} worker
	 * @param {import('brodo').types.Router} router
	 * @param {import('brodo').types.DirectTransport} direct
	 * @param {Uint8Array} script
	 */
	constructor(worker, router, direct, script) {
		this.#worker = worker;
		this.router = router;
		this.direct = direct;
		this.#server = createServer(async (request, response) => {
			const [, path = '', method] = (request.url ?? '').split('/');
			const endpoint = this.#byPath.get(path);
			if (path === 'page.js') {
				response.setHeader('content-type', 'text/javascript').end(script);
			} else if (method === undefined || endpoint === undefined) {
				response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>');
			} else {
				const answer = await endpoint.answer(method, await json(request)).catch((error) => error);
				response.writeHead(answer instanceof Error ? 500 : 200).end(answer instanceof Error ? answer.stack : JSON.stringify(answer));
			}
		});
	}

	static async open() {
		const { outputFiles } = await build({ entryPoints: [PAGE], bundle: true, format: 'esm', write: false });
		const worker = await sfu.createWorker({ logLevel: 'warn' });
		const router = await worker.createRouter({ mediaCodecs });
		const room = new DataRoom(worker, router, await router.createDirectTransport(), outputFiles[0]?.contents ?? new Uint8Array());
		room.#server.listen(0, '127.0.0.1');
		await once(room.#server, 'listening');
		return room;
	}

	/**
	 * A transport for an endpoint, behind a relay.
	 *
	 * @param {import('node:test').TestContext} test
	 * @param {{ loss: number, seed: number }} path
	 */
	async endpoint(test, { loss, seed }) {
		const relay = await Relay.open({ loss, delay: 2, seed, ip: ownAddress() });
		test.after(() => relay.close());
		const listenInfo = /** @type {const} */ ({ protocol: 'udp', ip: ownAddress() });
		const transport = await this.router.createWebRtcTransport({ listenInfos: [listenInfo], enableSctp: true });
		test.after(() => transport.close());
		this.#endpoints += 1;
		const path = `endpoint-${this.#endpoints}`;
		const address = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
		const endpoint = new DataEndpoint(this.router, this.direct, transport, relay, `http://localhost:${address.port}/${path}`);
		this.#byPath.set(path, endpoint);
		return endpoint;
	}

	async close() {
		const isDead = this.#worker.died;
		this.#server.closeAllConnections();
		this.#server.close();
		this.#worker.close();
		if (isDead) {
			throw new Error('the worker died');
		}
	}
}

/** One page or program, as the room sees it. */
export class DataEndpoint {
	/** @type {string[]} The digests of what it sent, as they arrived, once somebody listens. */
	received = [];
	/** Messages towards it that the worker had no room for. */
	dropped = 0;
	/** @type {DataProducer | undefined} What its page sends. */
	producer;
	#router;
	#direct;

	/**
	 * @param {import('brodo').types.Router} router
	 * @param {import('brodo').types.DirectTransport} direct
	 * @param {import('brodo').types.WebRtcTransport} transport
	 * @param {Relay} relay
	 * @param {string} url Of its page.
	 */
	constructor(router, direct, transport, relay, url) {
		this.#router = router;
		this.#direct = direct;
		this.transport = transport;
		this.relay = relay;
		this.url = url;
	}

	/** What the endpoint is told of the transport: its candidate is the relay. */
	get offer() {
		const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = this.transport;
		const data = { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters };
		return JSON.parse(this.relay.rewrite(JSON.stringify({ data }))).data;
	}

	/** What its page asks for. @param {string} method @param {any} data @returns {Promise<unknown>} */
	async answer(method, data) {
		switch (method) {
			case 'capabilities':
				return this.#router.rtpCapabilities;
			case 'connect':
				await this.transport.connect(data);
				return {};
			default:
				this.producer = await this.transport.produceData({ sctpStreamParameters: data.sctpStreamParameters, label: data.label });
				return { id: this.producer.id };
		}
	}

	/** Gets what the endpoint sends on a stream. @param {import('brodo').types.DataProducerOptions} options */
	async listen(options) {
		const producer = await this.transport.produceData(options);
		const consumer = await this.#direct.consumeData({ dataProducerId: producer.id });
		consumer.on('message', (message, ppid) => this.received.push(digestOf(TEXT.has(ppid) ? textOf(message, ppid) : bytesOf(message, ppid))));
	}

	/** A stream towards the endpoint of what the test itself sends. @param {Partial<import('brodo').types.DataConsumerOptions>} options */
	async speak(options) {
		const producer = await this.#direct.produceData({ label: 'test' });
		const { consumer, offer } = await this.consume(producer, options);
		return { producer, consumer, offer };
	}

	/**
	 * A stream towards the endpoint, as ordered and as reliable as its producer unless told otherwise.
	 *
	 * @param {DataProducer} producer
	 * @param {Partial<import('brodo').types.DataConsumerOptions>} [options]
	 */
	async consume(producer, options = {}) {
		const consumer = await this.transport.consumeData({ ...options, dataProducerId: producer.id });
		consumer.on('sctpsendbufferfull', () => {
			this.dropped += 1;
		});
		const { id, dataProducerId, sctpStreamParameters, label, protocol } = consumer;
		return { consumer, offer: { id, dataProducerId, sctpStreamParameters, label, protocol } };
	}
}

/** @param {Buffer} message @param {number} ppid */
function textOf(message, ppid) {
	return ppid === EMPTY_TEXT ? '' : message.toString();
}

/** @param {Buffer} message @param {number} ppid */
function bytesOf(message, ppid) {
	return ppid === EMPTY_BINARY ? new Uint8Array(0) : message;
}
