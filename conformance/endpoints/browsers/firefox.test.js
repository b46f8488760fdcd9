// @ts-check
/** Firefox and Chromium, each sending to the other. Firefox has no H.264 here. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { Demo } from '../lib/demo.js';
import { exchanges, watching } from '../lib/exchange.js';
import { DTLS_12, FIREFOX, Firefox } from '../lib/firefox.js';
import { goesOn, seesSize, seesVideo } from '../lib/media.js';
import { missingIpv6, missingNetwork } from '../lib/network.js';
import { CAMERA, Page } from '../lib/page.js';
import { shownElsewhere, variants } from '../lib/pass.js';
import { missing } from '../lib/program.js';

const TIMEOUT = 60_000;

describe('Firefox and Chromium', { skip: missing(CHROMIUM, FIREFOX) || missingNetwork() }, () => {
	/** @type {Demo} */
	let demo;
	/** @type {Chromium} */
	let chromium;
	/** @type {Firefox} */
	let firefox;
	before(async () => {
		demo = await Demo.start();
		chromium = await Chromium.launch();
		firefox = await Firefox.launch();
	});
	after(async () => {
		await firefox?.close();
		await chromium?.close();
		await demo?.stop();
	});

	for (const codec of variants(/** @type {const} */ (['vp8', 'vp9', 'av1']), ['vp9'])) {
		it(`Firefox sends opus and ${codec}, Chromium receives`, { timeout: TIMEOUT }, async (test) => {
			await exchanges(test, { demo, from: firefox, to: chromium, codec });
		});
		it(`Chromium sends opus and ${codec}, Firefox receives`, { timeout: TIMEOUT }, async (test) => {
			await exchanges(test, { demo, from: chromium, to: firefox, codec });
		});
	}

	it('Firefox is told that the path carries its whole picture', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('firefox-grows');
		const receiver = await Page.join(chromium, demo.url, { room, audio: false, video: false });
		test.after(() => receiver.close());
		const sender = await Page.join(firefox, demo.url, { room, audio: false, codec: 'vp8' });
		test.after(() => sender.close());

		await seesSize(receiver, CAMERA, { timeout: 40_000 });
	});

	it('goes on after an ICE restart at both ends', { timeout: TIMEOUT }, async (test) => {
		const { sender, receiver } = await watching(test, { demo, from: firefox, to: chromium });

		await Promise.all([sender.restartIce(), receiver.restartIce()]);

		await goesOn(receiver, 'vp8', 60);
	});

	it('Firefox sends over TCP alone, Chromium receives', { timeout: TIMEOUT, skip: shownElsewhere() }, async (test) => {
		await exchanges(test, { demo, from: firefox, to: chromium, codec: 'vp8', forceTcp: true });
	});

	it('Chromium sends over TCP alone, Firefox receives', { timeout: TIMEOUT, skip: shownElsewhere() }, async (test) => {
		await exchanges(test, { demo, from: chromium, to: firefox, codec: 'vp8', forceTcp: true });
	});

	it('Firefox sends over IPv6, Chromium receives', { timeout: TIMEOUT, skip: missingIpv6() || shownElsewhere() }, async (test) => {
		await exchanges(test, { demo, from: firefox, to: chromium, codec: 'vp8', ipv6: true });
	});

	it('Chromium sends over IPv6, Firefox receives', { timeout: TIMEOUT, skip: missingIpv6() || shownElsewhere() }, async (test) => {
		await exchanges(test, { demo, from: chromium, to: firefox, codec: 'vp8', ipv6: true });
	});
});

describe('Firefox without DTLS 1.3', { skip: missing(CHROMIUM, FIREFOX) || missingNetwork() }, () => {
	it('exchanges media with a Chromium that has it', { timeout: TIMEOUT }, async (test) => {
		const demo = await Demo.start();
		test.after(() => demo.stop());
		const firefox = await Firefox.launch({ preferences: { 'media.peerconnection.dtls.version.max': DTLS_12 } });
		test.after(() => firefox.close());
		const chromium = await Chromium.launch();
		test.after(() => chromium.close());
		const room = demo.freshRoom('dtls-1.2');

		const pages = await Promise.all(
			[firefox, chromium].map((browser) => Page.join(browser, demo.url, { room, codec: 'vp8' })),
		);

		await Promise.all(pages.map((page) => seesVideo(page, 'vp8')));
		for (const page of pages) {
			const { transports } = await page.stats();
			const versions = transports.map(({ dtlsVersion }) => dtlsVersion);
			test.diagnostic(`${page.name}: DTLS ${versions.join(', ')}`);
			if (page.name === 'Firefox' && versions.some((version) => version !== undefined)) {
				assert.deepEqual(new Set(versions), new Set(['1.2']));
			}
		}
	});
});
