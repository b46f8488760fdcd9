// @ts-check
/** SRTP with keys from the API, against the SRTP of GStreamer (libsrtp) and that of ffmpeg. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { playing } from '../lib/codecs.js';
import { Demo } from '../lib/demo.js';
import { eventually } from '../lib/eventually.js';
import { play, Recording } from '../lib/ffmpeg.js';
import { holds, probe } from '../lib/ffprobe.js';
import { temporaryFolder } from '../lib/folder.js';
import { playSecurely, SecureRecording, SUITES, testKey } from '../lib/gstreamer.js';
import { seesSize, seesVideo } from '../lib/media.js';
import { Page } from '../lib/page.js';
import { freePortPair } from '../lib/ports.js';
import { variants } from '../lib/pass.js';
import { missing } from '../lib/program.js';

const TIMEOUT = 60_000;

/** Some three seconds of the test picture. */
const FRAMES = 60;
const BYTES = 100_000;

describe('SRTP on a plain transport', { skip: missing(CHROMIUM, 'gst-launch-1.0', 'ffmpeg', 'ffprobe') }, () => {
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

	for (const suite of variants(Object.keys(SUITES), ['AEAD_AES_128_GCM'])) {
		it(`${suite} goes from GStreamer to Chromium and back to GStreamer`, { timeout: TIMEOUT }, async (test) => {
			const room = demo.freshRoom(suite);
			const folder = await temporaryFolder(test);
			const page = await Page.join(chromium, demo.url, { room, audio: false, video: false });
			test.after(() => page.close());
			const srtp = testKey(suite);
			const producer = await demo.plainProducer(room, { ...playing('vp8'), srtp });
			const player = playSecurely(producer, srtp);
			test.after(() => player.stop('SIGKILL'));

			await seesVideo(page, 'vp8');
			await seesSize(page, { width: 640, height: 360 });

			const port = await freePortPair();
			const where = { ip: '127.0.0.1', port, rtcpPort: port + 1, rtcpMux: false, srtp };
			const consumer = await demo.plainConsumer(room, { producerId: producer.producerId, ...where });
			assert.equal(consumer.srtpParameters?.cryptoSuite, suite);
			assert.notEqual(consumer.srtpParameters?.keyBase64, srtp.keyBase64, 'the server has a key of its own');
			const recording = await SecureRecording.start(folder, consumer, port);
			test.after(() => recording.close());
			await demo.resume(room, consumer.consumerId);
			const ended = await recording.finish(BYTES);

			assert.equal(ended, 0, JSON.stringify(recording.said()));
			const video = holds(await probe(recording.file), 'vp8', 20);
			assert.deepEqual([video.width, video.height], [640, 360]);
		});
	}

	it('AES_CM_128_HMAC_SHA1_80 goes from ffmpeg to Chromium', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('ffmpeg-srtp');
		const page = await Page.join(chromium, demo.url, { room, audio: false, video: false });
		test.after(() => page.close());
		const srtp = testKey('AES_CM_128_HMAC_SHA1_80');
		const { ip, port, rtcpPort } = await demo.plainProducer(room, { ...playing('vp8'), rtcpMux: false, srtp });

		const ffmpeg = play([{ codec: 'vp8', ip, port, rtcpPort, srtp }]);
		test.after(() => ffmpeg.stop('SIGKILL'));

		await seesVideo(page, 'vp8');
	});

	it('AES_CM_128_HMAC_SHA1_80 goes from Chromium to ffmpeg', { timeout: TIMEOUT }, async (test) => {
		const room = demo.freshRoom('srtp-ffmpeg');
		const folder = await temporaryFolder(test);
		const page = await Page.join(chromium, demo.url, { room, audio: false, codec: 'h264' });
		test.after(() => page.close());
		const producer = await eventually('the room has a picture', async () => (await demo.room(room)).producers[0]);
		const port = await freePortPair();
		const consumer = await demo.plainConsumer(room, {
			...{ producerId: producer.producerId, ip: '127.0.0.1', port, rtcpPort: port + 1, rtcpMux: false },
			srtp: testKey('AES_CM_128_HMAC_SHA1_80'),
		});
		const recording = await Recording.start(folder, [{ consumer, port }]);
		test.after(() => recording.close());

		await demo.resume(room, consumer.consumerId);

		assert.equal(await recording.finish(FRAMES), 0, JSON.stringify(recording.said()));
		holds(await probe(recording.file), 'h264', FRAMES);
	});
});
