// @ts-check
/** GStreamer's webrtcbin and Chromium, each sending to the other. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { Demo } from '../lib/demo.js';
import { eventually } from '../lib/eventually.js';
import { hearsSound, seesSize, seesVideo } from '../lib/media.js';
import { Page, isCameraPicture } from '../lib/page.js';
import { missing } from '../lib/program.js';
import { PYTHON, Webrtcbin } from '../lib/webrtcbin.js';

const TIMEOUT = 60_000;

describe('webrtcbin', { skip: missing(CHROMIUM, PYTHON, 'gst-launch-1.0') }, () => {
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
		const room = demo.freshRoom('webrtcbin-sends');
		const page = await Page.join(chromium, demo.url, { room, audio: false, video: false });
		test.after(() => page.close());
		const gstreamer = await Webrtcbin.enter(demo.url, room);
		test.after(() => gstreamer.close());

		await gstreamer.send();

		await seesVideo(page, 'vp8');
		await seesSize(page, { width: 640, height: 360 });
		const { peak } = await hearsSound(page);
		// The tone has an amplitude of a quarter.
		assert.ok(peak > 0.15 && peak < 0.4, `the level of the tone is ${peak}`);
	});

	it('decodes opus and VP8 that Chromium sends', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('webrtcbin-receives');
		const page = await Page.join(chromium, demo.url, { room, codec: 'vp8' });
		test.after(() => page.close());
		const gstreamer = await Webrtcbin.enter(demo.url, room);
		test.after(() => gstreamer.close());

		await gstreamer.receive();

		const seen = () => gstreamer.seen();
		const first = await eventually('webrtcbin decodes video', () => (gstreamer.video?.frames ?? 0) >= 40 && { ...gstreamer.video }, { seen });
		await eventually('webrtcbin decodes more video', () => (gstreamer.video?.frames ?? 0) >= (first.frames ?? 0) + 20, { seen });
		assert.ok(isCameraPicture(first), `${first.width}x${first.height}`);
		await eventually('webrtcbin hears a sound', () => (gstreamer.audio?.peak ?? 0) > 0.02, { seen });
	});
});
