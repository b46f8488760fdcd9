// @ts-check
/** Packets are lost on both ways, and the picture goes on. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { Demo } from '../lib/demo.js';
import { eventually } from '../lib/eventually.js';
import { goesOn, hearsSound, seesVideo } from '../lib/media.js';
import { Page } from '../lib/page.js';
import { variants } from '../lib/pass.js';
import { missing } from '../lib/program.js';
import { Relay } from '../lib/relay.js';

const TIMEOUT = 90_000;

/** One packet in twenty, each way at each end, on paths of 20 ms there and back. */
const PATH = { loss: 0.05, delay: 10 };

describe('a path that loses packets', { skip: missing(CHROMIUM) }, () => {
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
		it(`lets opus and ${codec} through`, { timeout: TIMEOUT }, async (test) => {
			const room = demo.freshRoom(`loss-${codec}`);
			const down = await Relay.open({ ...PATH, seed: 7 });
			test.after(() => down.close());
			const up = await Relay.open({ ...PATH, seed: 11 });
			test.after(() => up.close());
			const receiver = await Page.join(chromium, demo.url, {
				room,
				name: 'receives',
				audio: false,
				video: false,
				rewrite: (message) => down.rewrite(message),
			});
			test.after(() => receiver.close());
			const sender = await Page.join(chromium, demo.url, {
				room,
				name: 'sends',
				codec,
				rewrite: (message) => up.rewrite(message),
			});
			test.after(() => sender.close());

			await seesVideo(receiver, codec);
			await hearsSound(receiver);
			const video = await goesOn(receiver, codec, 100, { timeout: 30_000 });

			assert.ok(up.counts.lost > 0 && down.counts.lost > 0, 'both paths lost packets');
			const sent = await resendsVideo(sender);
			assert.ok((video.nackCount ?? 0) > 0, 'the receiver asked for packets');
			assert.ok((video.retransmittedPacketsReceived ?? 0) > 0, 'the receiver got packets again');
			test.diagnostic(
				`up lost ${up.counts.lost} of ${up.counts.lost + up.counts.passed}, resent ${sent.retransmittedPacketsSent}; ` +
					`down lost ${down.counts.lost} of ${down.counts.lost + down.counts.passed}, ` +
					`got again ${video.retransmittedPacketsReceived}; ${video.freezeCount ?? 0} freezes, ` +
					`${video.pliCount} key frames asked for, ${video.framesDecoded} frames`,
			);
		});
	}
});

/** The server asks for packets that were lost on their way to it. @param {Page} sender */
async function resendsVideo(sender) {
	return eventually(
		'the sender is asked for lost packets and sends them again',
		async () => {
			const { sent } = await sender.stats();
			const video = sent.find(({ kind }) => kind === 'video');
			return (video?.nackCount ?? 0) > 0 && (video?.retransmittedPacketsSent ?? 0) > 0 ? video : undefined;
		},
		{ seen: () => sender.seen() },
	);
}
