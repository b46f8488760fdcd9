// @ts-check
/**
 * A router of the Node package that exchanges messages with pages, over a path that loses packets.
 *
 *     page ══ relay ══▶ WebRTC transport ══▶ DirectTransport, which is the test
 *     page ◀══ relay ══ WebRTC transport ◀══ DirectTransport
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as sfu from 'brodo';
import { build } from 'esbuild';
import { digestOf, messageOf } from '../data/messages.js';
import { ownAddress } from './network.js';
import { Relay } from './relay.js';

/** @typedef {import('brodo').types.DataProducer} DataProducer */
/** @typedef {import('brodo').types.DataConsumer} DataConsumer */

/** Bytes given to the worker at a time; its buffers for a stream hold a few of these. */
const BURST = 400_000;

/** Bytes that may wait for the endpoint when the next are given. */
const WAITING_MAX = 200_000;

const PAGE = fileURLToPath(new URL('../data/page.js', import.meta.url));

export class DataRoom {
	#worker;
	#router;
	#direct;
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
		this.#router = router;
		this.#direct = direct;
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
		const router = await worker.createRouter();
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
		const listenInfo = /** @type {const} */ ({ protocol: 'udp', ip: '127.0.0.1' });
		const transport = await this.#router.createWebRtcTransport({ listenInfos: [listenInfo], enableSctp: true });
		test.after(() => transport.close());
		this.#endpoints += 1;
		const path = `endpoint-${this.#endpoints}`;
		const address = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
		const endpoint = new DataEndpoint(this.#router, this.#direct, transport, relay, `http://localhost:${address.port}/${path}`);
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
class DataEndpoint {
	/** @type {string[]} The digests of what it sent, as they arrived. */
	received = [];
	/** Messages that the worker had no room for. */
	dropped = 0;
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
				return { id: (await this.listen(data)).id };
		}
	}

	/** Gets what the endpoint sends on a stream. @param {import('brodo').types.DataProducerOptions} options */
	async listen({ sctpStreamParameters, label }) {
		const producer = await this.transport.produceData({ sctpStreamParameters, label });
		const consumer = await this.#direct.consumeData({ dataProducerId: producer.id });
		consumer.on('message', (message) => this.received.push(digestOf(message)));
		return producer;
	}

	/** A stream towards the endpoint. @param {Partial<import('brodo').types.DataConsumerOptions>} options */
	async speak(options) {
		const producer = await this.#direct.produceData({ label: 'test' });
		const consumer = await this.transport.consumeData({ ...options, dataProducerId: producer.id });
		consumer.on('sctpsendbufferfull', () => {
			this.dropped += 1;
		});
		const { id, dataProducerId, sctpStreamParameters, label, protocol } = consumer;
		const offer = { id, dataProducerId, sctpStreamParameters, label, protocol };
		return { offer, send: (/** @type {number} */ count) => sendAll(producer, consumer, count) };
	}
}

/** Sends so many messages, no faster than they leave. @param {DataProducer} producer @param {DataConsumer} consumer @param {number} count */
async function sendAll(producer, consumer, count) {
	await consumer.setBufferedAmountLowThreshold(WAITING_MAX);
	let burst = 0;
	for (let index = 0; index < count; index += 1) {
		const message = Buffer.from(messageOf(index));
		producer.send(message);
		burst += message.length;
		if (burst > BURST) {
			burst = 0;
			const isLow = once(consumer, 'bufferedamountlow');
			if ((await consumer.getBufferedAmount()) > WAITING_MAX) {
				await isLow;
			}
		}
	}
}
