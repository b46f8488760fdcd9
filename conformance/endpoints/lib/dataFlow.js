// @ts-check
/** Messages from one browser's page to another's, through a room; both paths lose packets. */

import { sizeOf } from '../data/messages.js';
import { eventually } from './eventually.js';

/** Bytes sent at a time. */
const BATCH = 400_000;

/** Messages sent at a time, where they are small. */
const SMALL_BATCH = 500;

/** Small messages that are sent before any are lost on their way to the router. */
const FIRST = 20;

/** Bytes that may wait in the worker when the next are sent: an SFU drops what a slow receiver leaves in it. */
const WAITING_MAX = 600_000;

/** @typedef {import('./page.js').Browser} Browser */
/** @typedef {import('./page.js').BrowserPage} BrowserPage */
/** @typedef {{ ordered: boolean, maxRetransmits?: number }} Reliability */

export class DataFlow {
	#sender;
	#receiver;
	#up;
	#down;
	#consumer;

	/**
	 * @param {{ page: BrowserPage, endpoint: Endpoint }} from
	 * @param {{ page: BrowserPage, endpoint: Endpoint }} to
	 * @param {import('brodo').types.DataConsumer} consumer
	 * @typedef {Awaited<ReturnType<import('./dataRoom.js').DataRoom['endpoint']>>} Endpoint
	 */
	constructor(from, to, consumer) {
		this.#sender = from.page;
		this.#up = from.endpoint;
		this.#receiver = to.page;
		this.#down = to.endpoint;
		this.#consumer = consumer;
	}

	/**
	 * @param {import('node:test').TestContext} test
	 * @param {{ room: import('./dataRoom.js').DataRoom, from: Browser, to: Browser, loss: number }} way
	 * @param {Reliability} reliability
	 */
	static async open(test, { room, from, to, loss }, reliability) {
		const up = await opened(test, room, from, { loss, seed: 3 });
		const down = await opened(test, room, to, { loss, seed: 5 });
		await up.page.evaluate(`data.openSender(${JSON.stringify(up.endpoint.offer)}, ${JSON.stringify(reliability)})`);
		if (up.endpoint.producer === undefined) {
			throw new Error('the page sends nothing');
		}
		const { consumer, offer } = await down.endpoint.consume(up.endpoint.producer);
		await down.page.evaluate(`data.openReceiver(${JSON.stringify(down.endpoint.offer)}, ${JSON.stringify(offer)})`);
		return new DataFlow(up, down, consumer);
	}

	/** Sends so many messages, no faster than they leave. @param {number} count */
	async send(count) {
		for (let from = 0; from < count; ) {
			let to = from;
			for (let bytes = 0; to < count && bytes < BATCH; to += 1) {
				bytes += sizeOf(to);
			}
			await this.#sender.evaluate(`data.send(${from}, ${to})`);
			await this.#passed(to);
			from = to;
		}
	}

	/** Sends so many messages, each in a packet of its own; the first of them over a path that loses nothing. @param {number} count */
	async sendSmall(count) {
		const { relay } = this.#up;
		relay.lossy = false;
		await this.#sender.evaluate(`data.sendSmall(0, ${FIRST})`);
		await eventually('the first arrive', async () => (await this.#receiver.evaluate('data.count()')) > 0, { seen: () => this.seen() });
		relay.lossy = true;
		for (let from = FIRST; from < count; from += SMALL_BATCH) {
			const to = Math.min(count, from + SMALL_BATCH);
			await this.#sender.evaluate(`data.sendSmall(${from}, ${to})`);
			await this.#passed(to);
		}
	}

	/** @param {number} count */
	async #passed(count) {
		const isLow = async () => (await this.#consumer.getBufferedAmount()) <= WAITING_MAX;
		await eventually(`the worker passes the first ${count} on`, isLow, { timeout: 30_000, seen: () => this.seen() });
	}

	/** Text and binary, empty and not. */
	async sendKinds() {
		await this.#sender.evaluate('data.sendKinds()');
	}

	/** Waits until so many have arrived. @param {number} count @returns {Promise<string[]>} Their digests. */
	async received(count) {
		const haveArrived = async () => (await this.#receiver.evaluate('data.count()')) >= count;
		await eventually(`${count} messages arrive`, haveArrived, { timeout: 40_000, seen: () => this.seen() });
		return this.#receiver.evaluate('data.received()');
	}

	/** Messages that the worker had no room for. */
	get dropped() {
		return this.#down.dropped;
	}

	/** Of packets, each way at each end. */
	get counts() {
		return { up: this.#up.relay.counts, down: this.#down.relay.counts };
	}

	/** Everything there is to say when a test fails. */
	async seen() {
		const pages = [this.#sender, this.#receiver].map(async (page) => ({
			news: (await page.evaluate('data.news()')).slice(-8),
			console: page.complaints().slice(-5),
		}));
		const stats = [await this.#up.producer?.getStats(), await this.#consumer.getStats()];
		const arrived = await this.#receiver.evaluate('data.count()');
		return { arrived, dropped: this.dropped, stats, paths: this.counts, pages: await Promise.all(pages) };
	}
}

/**
 * @param {import('node:test').TestContext} test
 * @param {import('./dataRoom.js').DataRoom} room
 * @param {Browser} browser
 * @param {{ loss: number, seed: number }} path
 */
async function opened(test, room, browser, path) {
	const endpoint = await room.endpoint(test, path);
	const page = await browser.open(endpoint.url);
	test.after(() => page.close());
	await eventually('the page is ready', () => page.evaluate('typeof window.data === "object"'));
	return { endpoint, page };
}
