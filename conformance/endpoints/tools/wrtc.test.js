// @ts-check
/** @roamhq/wrtc and Chromium, each sending to the other. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { Demo } from '../lib/demo.js';
import { eventually } from '../lib/eventually.js';
import { hearsSound, seesSize, seesVideo } from '../lib/media.js';
import { Page, isCameraPicture } from '../lib/page.js';
import { missing } from '../lib/program.js';
import { Wrtc } from '../lib/wrtc.js';

const TIMEOUT = 60_000;

describe('@roamhq/wrtc', { skip: missing(CHROMIUM) }, () => {
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

	it('sends opus and VP8 that Chromium decodes', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('wrtc-sends');
		const page = await Page.join(chromium, demo.url, { room, audio: false, video: false });
		test.after(() => page.close());

		const peer = new Wrtc(demo.url, room, 'send');
		test.after(() => peer.close());

		await seesVideo(page, 'vp8');
		await seesSize(page, { width: 640, height: 360 });
		await hearsSound(page);
	});

	it('decodes opus and VP8 that Chromium sends', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('wrtc-receives');
		const page = await Page.join(chromium, demo.url, { room, codec: 'vp8' });
		test.after(() => page.close());

		const peer = new Wrtc(demo.url, room, 'receive');
		test.after(() => peer.close());

		const seen = () => peer.seen();
		const first = await eventually('wrtc decodes video', () => peer.video.frames >= 40 && peer.video, { seen });
		await eventually('wrtc decodes more video', () => peer.video.frames >= first.frames + 20, { seen });
		assert.ok(isCameraPicture(peer.video), `${peer.video.width}x${peer.video.height}`);
		await eventually('wrtc hears a sound', () => peer.audio.peak > 0.02, { seen });
	});
});
