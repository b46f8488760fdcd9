// @ts-check
/** Chromium sends, Chromium receives: every codec, every way to the server. */

import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { Demo } from '../lib/demo.js';
import { exchanges, watching } from '../lib/exchange.js';
import { goesOn, seesVideo, standsStill } from '../lib/media.js';
import { missingIpv6 } from '../lib/network.js';
import { Page } from '../lib/page.js';
import { variants } from '../lib/pass.js';
import { missing } from '../lib/program.js';

const TIMEOUT = 60_000;

describe('Chromium to Chromium', { skip: missing(CHROMIUM) }, () => {
	/** @type {Demo} */
	let demo;
	/** @type {Chromium} */
	let chromium;
	before(async () => {
		demo = await Demo.start();
		chromium = await Chromium.launch();
	});
	after(async () => {
		await chromium?.close();
		await demo?.stop();
	});

	for (const codec of variants(/** @type {const} */ (['vp8', 'vp9', 'h264', 'av1']), ['h264', 'av1'])) {
		it(`exchanges opus and ${codec} over UDP`, { timeout: TIMEOUT }, async (test) => {
			await exchanges(test, { demo, from: chromium, to: chromium, codec });
		});
	}

	it('exchanges opus and vp8 over TCP alone', { timeout: TIMEOUT }, async (test) => {
		await exchanges(test, { demo, from: chromium, to: chromium, codec: 'vp8', forceTcp: true });
	});

	it('exchanges opus and vp8 over IPv6', { timeout: TIMEOUT, skip: missingIpv6() }, async (test) => {
		await exchanges(test, { demo, from: chromium, to: chromium, codec: 'vp8', ipv6: true });
	});

	it('goes on after an ICE restart at both ends', { timeout: TIMEOUT }, async (test) => {
		const { sender, receiver } = await watching(test, { demo, from: chromium, to: chromium });

		await Promise.all([sender.restartIce(), receiver.restartIce()]);

		await goesOn(receiver, 'vp8', 60);
	});

	it('goes on after a WebSocket is lost', { timeout: TIMEOUT }, async (test) => {
		const { sender, receiver } = await watching(test, { demo, from: chromium, to: chromium });

		await Promise.all([sender.dropSocket(), receiver.dropSocket()]);

		await goesOn(receiver, 'vp8', 40);
	});

	it('stands still while the camera is muted, and no longer', { timeout: TIMEOUT }, async (test) => {
		const { sender, receiver } = await watching(test, { demo, from: chromium, to: chromium });

		await sender.toggle('cam');
		await standsStill(receiver);
		await sender.toggle('cam');

		await goesOn(receiver, 'vp8', 40);
	});

	it('gives both directions to two pages that send and receive', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('two-ways');
		const pages = [];
		for (const name of ['one', 'two']) {
			const page = await Page.join(chromium, demo.url, { room, name, codec: 'vp8' });
			test.after(() => page.close());
			pages.push(page);
		}

		await Promise.all(pages.map((page) => seesVideo(page, 'vp8')));
	});
});
