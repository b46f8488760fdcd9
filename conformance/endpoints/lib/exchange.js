// @ts-check
/** One page sends, another receives: what the tests of browser pairs have in common. */

import assert from 'node:assert/strict';
import { describesLinks, hearsSound, seesSize, seesVideo, seesWhatIsSent, soundsAlike } from './media.js';
import { CAMERA, Page } from './page.js';

/**
 * @typedef {object} Exchange
 * @property {import('./demo.js').Demo} demo
 * @property {import('./page.js').Browser} from
 * @property {import('./page.js').Browser} to
 * @property {'vp8' | 'vp9' | 'h264' | 'av1'} codec
 * @property {boolean} [forceTcp]
 * @property {boolean} [ipv6]
 */

/**
 * Sends audio and video from one browser to the other and checks what arrives.
 *
 * @param {import('node:test').TestContext} test
 * @param {Exchange} exchange
 */
export async function exchanges(test, { demo, from, to, codec, forceTcp = false, ipv6 = false }) {
	const room = demo.freshRoom(`${from.name}-${codec}-${to.name}`);
	const path = { room, forceTcp, ipv6 };
	const receiver = await Page.join(to, demo.url, { ...path, name: `${to.name} (receives)`, audio: false, video: false });
	test.after(() => receiver.close());
	const sender = await Page.join(from, demo.url, { ...path, name: `${from.name} (sends)`, codec });
	test.after(() => sender.close());

	const video = await seesVideo(receiver, codec);
	await seesWhatIsSent(sender, receiver);
	const { peak } = await hearsSound(receiver);

	if (from.name === 'Chromium') {
		// Firefox does not say how loud it is, and takes a while to reach its full size.
		await seesSize(receiver, CAMERA);
		await soundsAlike(sender, receiver);
	}
	const links = [await describesLinks(sender), await describesLinks(receiver)];
	await usesPath(sender, path);
	await usesPath(receiver, path);
	test.diagnostic(`${from.name} sends: ${links[0]}`);
	test.diagnostic(`${to.name} receives: ${links[1]}; ${video.framesDecoded} frames, audio peak ${peak.toFixed(3)}`);
}

/**
 * A page that sends VP8 and opus, and one that sees it.
 *
 * @param {import('node:test').TestContext} test
 * @param {{ demo: import('./demo.js').Demo, from: import('./page.js').Browser, to: import('./page.js').Browser }} exchange
 */
export async function watching(test, { demo, from, to }) {
	const room = demo.freshRoom('watching');
	const receiver = await Page.join(to, demo.url, { room, name: `${to.name} (receives)`, audio: false, video: false });
	test.after(() => receiver.close());
	const sender = await Page.join(from, demo.url, { room, name: `${from.name} (sends)`, codec: 'vp8' });
	test.after(() => sender.close());
	await seesVideo(receiver, 'vp8');
	return { sender, receiver };
}

/** Media goes the way the page was told to go. @param {Page} page @param {{ forceTcp: boolean, ipv6: boolean }} path */
async function usesPath(page, { forceTcp, ipv6 }) {
	const { transports } = await page.stats();
	const pairs = JSON.stringify(await page.candidatePairs(), undefined, '\t');
	for (const { protocol, remoteAddress, dtlsState } of transports.filter((one) => one.protocol !== undefined)) {
		assert.equal(dtlsState ?? 'connected', 'connected');
		if (forceTcp) {
			assert.equal(protocol, 'tcp', `${page.name}: protocol, of ${pairs}`);
		} else if (protocol !== 'udp') {
			// Both are offered, UDP first; which pair it nominates is the browser's to decide, and once in a while it is TCP.
			console.warn(`${page.name} chose ${protocol} of ${pairs}`);
		}
		assert.equal(remoteAddress?.includes(':') ?? ipv6, ipv6, `${page.name}: IPv6, ${remoteAddress}, of ${pairs}`);
	}
}
