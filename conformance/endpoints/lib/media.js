// @ts-check
/** What must be true of media that arrives. */

import assert from 'node:assert/strict';
import { eventually } from './eventually.js';

/** @typedef {import('./page.js').Page} Page */

/** Decoded frames that prove a stream: two seconds of the slowest camera. */
const FRAMES_MIN = 40;

/** And as many again, later, prove that it goes on. */
const FRAMES_MORE = 20;

/** Looks without a new frame after which a picture stands: twenty frames' time. */
const STILL_LOOKS = 7;

/** A level that no silence has: some -34 dBFS. */
const AUDIBLE = 0.02;

/**
 * Waits until a page has decoded video of a codec, and more of it a while later.
 *
 * @param {Page} page
 * @param {string} codec As in a MIME type, any case.
 * @param {{ timeout?: number }} [options]
 * @returns {Promise<import('./page.js').Received>} The last look.
 */
export async function seesVideo(page, codec, { timeout = 25_000 } = {}) {
	const first = await framesBeyond(page, codec, FRAMES_MIN, timeout);
	return framesBeyond(page, codec, (first.framesDecoded ?? 0) + FRAMES_MORE, timeout);
}

/**
 * Waits until a page has decoded as many frames from now on.
 *
 * @param {Page} page
 * @param {string} codec
 * @param {number} more
 * @param {{ timeout?: number }} [options]
 */
export async function goesOn(page, codec, more, { timeout = 25_000 } = {}) {
	const now = await framesBeyond(page, codec, 0, timeout);
	return framesBeyond(page, codec, (now.framesDecoded ?? 0) + more, timeout);
}

/**
 * Waits until a page decodes nothing new for a moment, as while the sender is muted.
 *
 * @param {Page} page
 */
export async function standsStill(page) {
	let [before, looks] = [-1, 0];
	await eventually(
		`${page.name} decodes nothing new`,
		async () => {
			const { received } = await page.stats();
			const frames = received.find(({ kind }) => kind === 'video')?.framesDecoded ?? 0;
			looks = frames === before ? looks + 1 : 0;
			before = frames;
			return looks >= STILL_LOOKS;
		},
		{ seen: () => page.seen() },
	);
}

/** @param {Page} page @param {string} codec @param {number} frames @param {number} timeout */
async function framesBeyond(page, codec, frames, timeout) {
	return eventually(
		`${page.name} decodes more than ${frames} frames of ${codec}`,
		async () => {
			const { received } = await page.stats();
			return received.find(
				(one) =>
					one.kind === 'video' && one.codec?.toLowerCase() === `video/${codec}`.toLowerCase() && (one.framesDecoded ?? 0) > frames,
			);
		},
		{ timeout, seen: () => page.seen() },
	);
}

/**
 * Waits until the picture that is seen has the size of the one that is sent. A sender may begin with
 * a smaller one than its camera's, where it does not know the path yet.
 *
 * @param {Page} sender
 * @param {Page} receiver
 */
export async function seesWhatIsSent(sender, receiver) {
	await eventually(
		`${receiver.name} decodes pictures as large as ${sender.name} sends`,
		async () => {
			const [there, here] = await Promise.all([sender.stats(), receiver.stats()]);
			const [sent, seen] = [size(there.sent), size(here.received)];
			return sent !== undefined && sent === seen;
		},
		{ seen: async () => [await sender.seen(), await receiver.seen()] },
	);
}

/**
 * Waits until the picture has a size.
 *
 * @param {Page} page
 * @param {{ width: number, height: number }} wanted
 * @param {{ timeout?: number }} [options]
 */
export async function seesSize(page, { width, height }, { timeout = 20_000 } = {}) {
	await eventually(
		`${page.name} decodes ${width}x${height}`,
		async () => size((await page.stats()).received) === `${width}x${height}`,
		{ timeout, seen: () => page.seen() },
	);
}

/** @param {{ kind: string, frameWidth?: number, frameHeight?: number }[]} streams */
function size(streams) {
	const video = streams.find(({ kind }) => kind === 'video');
	return video?.frameWidth === undefined ? undefined : `${video.frameWidth}x${video.frameHeight}`;
}

/**
 * Waits until a page hears a sound, and gives the loudest level of a while and the last look.
 *
 * @param {Page} page
 * @param {{ timeout?: number }} [options]
 */
export async function hearsSound(page, { timeout = 20_000 } = {}) {
	let peak = 0;
	const received = await eventually(
		`${page.name} hears opus`,
		async () => {
			const { received } = await page.stats();
			const audio = received.find((one) => one.kind === 'audio' && one.codec?.toLowerCase() === 'audio/opus');
			peak = Math.max(peak, audio?.audioLevel ?? 0);
			return peak > AUDIBLE && (audio?.totalAudioEnergy ?? 0) > 0 && (audio?.packetsReceived ?? 0) > 50 ? audio : undefined;
		},
		{ timeout, seen: () => page.seen() },
	);
	return { peak, received };
}

/**
 * Looks at both ends for a while: what is heard is as loud as what was said, give or take 6 dB.
 * Only for a sender that says how loud it is, and for a sound that comes again within a second or two.
 *
 * @param {Page} sender
 * @param {Page} receiver
 */
export async function soundsAlike(sender, receiver) {
	const peaks = { said: 0, heard: 0 };
	await eventually(
		`${receiver.name} hears ${sender.name} as loud as it speaks`,
		async () => {
			const [there, here] = await Promise.all([sender.stats(), receiver.stats()]);
			const level = (/** @type {{ kind: string, audioLevel?: number }[]} */ all) =>
				all.find((one) => one.kind === 'audio')?.audioLevel ?? 0;
			peaks.said = Math.max(peaks.said, level(there.sent));
			peaks.heard = Math.max(peaks.heard, level(here.received));
			return peaks.said > AUDIBLE && peaks.heard > peaks.said / 2 && peaks.heard < peaks.said * 2;
		},
		{ seen: () => peaks },
	);
	return peaks;
}

/**
 * One line on how a page is connected, for the record, after checking that it is.
 *
 * @param {Page} page
 */
export async function describesLinks(page) {
	const { transports } = await page.stats();
	const open = transports.filter((one) => one.dtlsState === 'connected');
	assert.ok(open.length > 0, `${page.name} has a connected transport`);
	for (const { srtpCipher } of open) {
		// What a packet costs is decided here; both browsers can do it.
		assert.match(srtpCipher ?? 'GCM', /GCM/, `${page.name}: the SRTP profile`);
	}
	return open
		.map((one) => `DTLS ${one.dtlsVersion ?? one.tlsVersion ?? '?'}, ${one.srtpCipher ?? '?'}, ${one.protocol ?? '?'} to ${one.remoteAddress}`)
		.join('; ');
}
