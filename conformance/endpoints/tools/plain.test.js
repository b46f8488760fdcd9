// @ts-check
/** Plain RTP: ffmpeg plays what Chromium decodes, and records what Chromium sends. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { playing } from '../lib/codecs.js';
import { Demo } from '../lib/demo.js';
import { eventually } from '../lib/eventually.js';
import { play, Recording } from '../lib/ffmpeg.js';
import { holds, probe } from '../lib/ffprobe.js';
import { temporaryFolder } from '../lib/folder.js';
import { hearsSound, seesSize, seesVideo } from '../lib/media.js';
import { Page, isCameraPicture } from '../lib/page.js';
import { freePortPair } from '../lib/ports.js';
import { variants } from '../lib/pass.js';
import { missing } from '../lib/program.js';

const TIMEOUT = 60_000;

/** Three seconds of Chromium's camera. */
const FRAMES = 60;

describe('plain RTP', { skip: missing(CHROMIUM, 'ffmpeg', 'ffprobe') }, () => {
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

	for (const codec of variants(/** @type {const} */ (['vp8', 'h264']), ['vp8'])) {
		it(`from ffmpeg, opus and ${codec}, is decoded by Chromium`, { timeout: TIMEOUT }, async (test) => {
			const room = demo.freshRoom(`ffmpeg-${codec}`);
			const page = await Page.join(chromium, demo.url, { room, audio: false, video: false });
			test.after(() => page.close());
			const destinations = [];
			for (const one of /** @type {const} */ (['opus', codec])) {
				// ffmpeg sends its reports from a port of their own.
				const { ip, port, rtcpPort } = await demo.plainProducer(room, { ...playing(one), rtcpMux: false });
				assert.notEqual(rtcpPort, undefined, 'RTCP has a port of its own');
				destinations.push({ codec: one, ip, port, rtcpPort });
			}

			const ffmpeg = play(destinations);
			test.after(() => ffmpeg.stop('SIGKILL'));

			await seesVideo(page, codec);
			await seesSize(page, { width: 640, height: 360 });
			const { peak } = await hearsSound(page);
			// The tone has an amplitude of an eighth.
			assert.ok(peak > 0.08 && peak < 0.2, `the level of the tone is ${peak}`);
		});

		it(`to ffmpeg, opus and ${codec}, becomes a complete file`, { timeout: TIMEOUT }, async (test) => {
			const room = demo.freshRoom(`records-${codec}`);
			const folder = await temporaryFolder(test);
			const page = await Page.join(chromium, demo.url, { room, codec });
			test.after(() => page.close());
			const producers = await eventually('the room has sound and picture', async () => {
				const { producers } = await demo.room(room);
				return producers.length === 2 ? producers : undefined;
			});
			const sources = [];
			for (const { producerId } of producers) {
				const port = await freePortPair();
				const where = { producerId, ip: '127.0.0.1', port, rtcpPort: port + 1, rtcpMux: false };
				sources.push({ port, consumer: await demo.plainConsumer(room, where) });
			}
			const recording = await Recording.start(folder, sources);
			test.after(() => recording.close());

			for (const { consumer } of sources) {
				await demo.resume(room, consumer.consumerId);
			}
			const ended = await recording.finish(FRAMES);

			assert.equal(ended, 0, JSON.stringify(recording.said()));
			const streams = await probe(recording.file);
			const video = holds(streams, codec, FRAMES);
			holds(streams, 'opus', FRAMES);
			assert.ok(isCameraPicture(video), `${video.width}x${video.height}`);
			test.diagnostic(streams.map(({ codec_name, frames }) => `${frames} frames of ${codec_name}`).join(', '));
		});
	}
});
