// @ts-check
/** Data channels of browsers, both ways, over a path that loses one packet in fifty. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { digestsOf } from '../data/messages.js';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { DataRoom } from '../lib/dataRoom.js';
import { eventually } from '../lib/eventually.js';
import { FIREFOX, Firefox } from '../lib/firefox.js';
import { missingNetwork } from '../lib/network.js';
import { missing } from '../lib/program.js';

const COUNT = 10_000;
const LOSS = 0.02;
const TIMEOUT = 180_000;

/** All that is sent, once. */
const SENT = digestsOf(COUNT);

const BROWSERS = [
	{ name: 'Chromium', skip: missing(CHROMIUM), launch: () => Chromium.launch() },
	{ name: 'Firefox', skip: missing(FIREFOX) || missingNetwork(), launch: () => Firefox.launch() },
];

for (const { name, skip, launch } of BROWSERS) {
	describe(`data channels of ${name}`, { skip }, () => {
		/** @type {DataRoom} */
		let room;
		/** @type {import('../lib/page.js').Browser & { close: () => Promise<void> }} */
		let browser;
		before(async () => {
			room = await DataRoom.open();
			browser = await launch();
		});
		after(async () => {
			await browser?.close();
			await room?.close();
		});

		for (const ordered of [true, false]) {
			const way = ordered ? 'in order' : 'in any order';

			it(`carry ${COUNT} messages from it, ${way}`, { timeout: TIMEOUT }, async (test) => {
				const endpoint = await room.endpoint(test, { loss: LOSS, seed: 3 });
				const page = await opens(test, endpoint.url);

				await page.evaluate(`data.send(${JSON.stringify(endpoint.offer)}, { ordered: ${ordered} }, ${COUNT})`);

				await arrived(endpoint.relay, async () => endpoint.received, page);
				isAllOf(endpoint.received, ordered);
				tells(test, endpoint.relay);
			});

			it(`carry ${COUNT} messages to it, ${way}`, { timeout: TIMEOUT }, async (test) => {
				const endpoint = await room.endpoint(test, { loss: LOSS, seed: 5 });
				const page = await opens(test, endpoint.url);
				const { offer, send } = await endpoint.speak({ ordered });
				await page.evaluate(`data.receive(${JSON.stringify(endpoint.offer)}, ${JSON.stringify(offer)})`);

				await send(COUNT);

				const received = await arrived(endpoint.relay, () => page.evaluate('data.received()'), page);
				assert.equal(endpoint.dropped, 0);
				isAllOf(received, ordered);
				tells(test, endpoint.relay);
			});
		}

		it('lose some where they may, and spoil none', { timeout: TIMEOUT }, async (test) => {
			const endpoint = await room.endpoint(test, { loss: LOSS, seed: 7 });
			const page = await opens(test, endpoint.url);

			await page.evaluate(`data.send(${JSON.stringify(endpoint.offer)}, { ordered: false, maxRetransmits: 0 }, ${COUNT})`);

			await eventually('most are there', () => endpoint.received.length > COUNT / 2, { timeout: 60_000 });
			const sent = new Set(SENT);
			assert.ok(endpoint.received.every((digest) => sent.has(digest)));
			test.diagnostic(`${endpoint.received.length} of ${COUNT} so far`);
		});

		/** @param {import('node:test').TestContext} test @param {string} url */
		async function opens(test, url) {
			const page = await browser.open(url);
			test.after(() => page.close());
			await eventually('the page is ready', () => page.evaluate('typeof window.data === "object"'));
			return page;
		}
	});
}

/**
 * Waits until as many have arrived as were sent.
 *
 * @param {import('../lib/relay.js').Relay} relay
 * @param {() => Promise<string[]>} look
 * @param {import('../lib/page.js').BrowserPage} page
 */
async function arrived(relay, look, page) {
	const seen = async () => ({
		arrived: (await look()).length,
		relay: relay.counts,
		news: await page.evaluate('data.news()'),
		console: page.complaints().slice(-5),
	});
	await eventually(`${COUNT} messages arrive`, async () => (await look()).filter((digest) => digest !== '').length >= COUNT, {
		timeout: 120_000,
		seen,
	});
	return look();
}

/** Each message once, as it was sent. @param {string[]} received @param {boolean} ordered */
function isAllOf(received, ordered) {
	const isSame = (/** @type {string[]} */ some, /** @type {string[]} */ others) =>
		some.length === others.length && some.every((one, index) => one === others[index]);
	assert.ok(isSame([...received].sort(), [...SENT].sort()), 'every message arrives, once and whole');
	if (ordered) {
		assert.ok(isSame(received, SENT), 'in order');
	}
}

/** @param {import('node:test').TestContext} test @param {import('../lib/relay.js').Relay} relay */
function tells(test, relay) {
	assert.ok(relay.counts.lost > 0, 'the path lost packets');
	test.diagnostic(`lost ${relay.counts.lost} of ${relay.counts.lost + relay.counts.passed} packets`);
}
