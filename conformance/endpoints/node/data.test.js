// @ts-check
/** Data channels from one browser to the other, over paths that lose one packet in fifty. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { digestOf, digestsOf, KINDS, notSent, smallMessageOf } from '../data/messages.js';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { DataFlow } from '../lib/dataFlow.js';
import { DataRoom } from '../lib/dataRoom.js';
import { FIREFOX, Firefox } from '../lib/firefox.js';
import { missingNetwork } from '../lib/network.js';
import { missing } from '../lib/program.js';

const COUNT = 10_000;
const LOSS = 0.02;
const TIMEOUT = 100_000;

/**
 * Messages that nobody repeats, each in a packet. The first go over a path that loses nothing: Firefox 153 stands still
 * if its very first is lost, and with Chromium at the other end too. It must then send a FORWARD-TSN (RFC 3758 §3.5)
 * before it has measured a round trip, and sends no second one, ever.
 */
const SMALL_COUNT = 3_000;

/** So many of these arrive over two such paths. */
const SMALL_SHARE = 0.9;

/** All that is sent, once. */
const SENT = digestsOf(COUNT);
const SMALL_SENT = Array.from({ length: SMALL_COUNT }, (_, index) => digestOf(smallMessageOf(index)));

const WAYS = [
	{ name: 'from Chromium to Firefox', fromChromium: true },
	{ name: 'from Firefox to Chromium', fromChromium: false },
];

const skip = missing(CHROMIUM, FIREFOX) || missingNetwork();

// Paths that lose packets leave the processors idle most of the time, so these run side by side.
describe('data channels', { skip, concurrency: true }, () => {
	/** @type {DataRoom} */
	let room;
	/** @type {Chromium} */
	let chromium;
	/** @type {Firefox} */
	let firefox;
	before(async () => {
		room = await DataRoom.open();
		chromium = await Chromium.launch();
		firefox = await Firefox.launch();
	});
	after(async () => {
		await firefox?.close();
		await chromium?.close();
		await room?.close();
	});

	for (const { name, fromChromium } of WAYS) {
		const way = (loss = LOSS) => ({
			room,
			loss,
			from: fromChromium ? chromium : firefox,
			to: fromChromium ? firefox : chromium,
		});

		for (const ordered of [true, false]) {
			it(`carry ${COUNT} messages ${name}, ${ordered ? 'in order' : 'in any order'}`, { timeout: TIMEOUT }, async (test) => {
				const flow = await DataFlow.open(test, way(), { ordered });

				await flow.send(COUNT);

				const received = await flow.received(COUNT);
				assert.equal(flow.dropped, 0);
				assert.equal(received.length, COUNT);
				assert.deepEqual(notSent(received, SENT), [], 'each arrives once and whole');
				if (ordered) {
					assert.ok(received.every((digest, index) => digest === SENT[index]), 'in order');
				}
				tells(test, flow);
			});
		}

		it(`lose messages ${name} where they may, and neither spoil nor repeat any`, { timeout: TIMEOUT }, async (test) => {
			const flow = await DataFlow.open(test, way(), { ordered: false, maxRetransmits: 0 });

			await flow.sendSmall(SMALL_COUNT);

			const received = await flow.received(SMALL_COUNT * SMALL_SHARE);
			assert.equal(flow.dropped, 0);
			assert.deepEqual(notSent(received, SMALL_SENT), [], 'each arrives whole, and once at most');
			test.diagnostic(`${received.length} of ${SMALL_COUNT} arrived so far`);
			tells(test, flow);
		});

		it(`tell text, binary and nothing apart ${name}`, { timeout: TIMEOUT }, async (test) => {
			const flow = await DataFlow.open(test, way(), { ordered: true });

			await flow.sendKinds();

			assert.deepEqual(await flow.received(KINDS.length), KINDS.map(digestOf));
		});
	}
});

/** @param {import('node:test').TestContext} test @param {DataFlow} flow */
function tells(test, { counts }) {
	for (const [name, { lost, passed }] of Object.entries(counts)) {
		assert.ok(lost > 0, `the path ${name} lost packets`);
		test.diagnostic(`${name}: lost ${lost} of ${lost + passed} packets`);
	}
}
