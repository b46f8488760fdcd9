// @ts-check
/** The messages of the tests: the same at both ends, from 1 byte to 256 KiB. Runs in Node and in pages. */

/** The largest that a data channel carries unless told otherwise. */
export const LARGEST = 256 * 1024;

/** Mostly small, as in life; one in 100 is large, one in 1,000 as large as can be. */
const SMALL_MAX = 1024;
const LARGE_EVERY = 100;
const LARGEST_EVERY = 1000;
const LARGE = [1200, 16_384, 20_000, 65_535, 65_536];

/** Text and binary, empty and not: what the four payload protocols of RFC 8831 §6.6 tell apart. */
export const KINDS = ['', 'a', 'Grüße, 世界, 🙂', new Uint8Array(0), new Uint8Array(1), 'x'.repeat(65_536), new Uint8Array([0xc3, 0x28]), ''];

/** @param {number} index From 0. */
export function sizeOf(index) {
	if (index % LARGEST_EVERY === LARGEST_EVERY - 1) {
		return LARGEST;
	}
	if (index % LARGE_EVERY === LARGE_EVERY - 1) {
		return LARGE[Math.floor(index / LARGE_EVERY) % LARGE.length] ?? SMALL_MAX;
	}
	return 1 + ((index * 37) % SMALL_MAX);
}

/** No two alike, but for those of a few bytes. @param {number} index */
export function messageOf(index) {
	const bytes = new Uint8Array(sizeOf(index));
	let state = index + 1;
	for (let at = 0; at < bytes.length; at += 1) {
		state = (Math.imul(state, 0x19660d) + 0x3c6ef35f) >>> 0;
		bytes[at] = state >>> 24;
	}
	return bytes;
}

/** One that fits into a packet. @param {number} index */
export function smallMessageOf(index) {
	return messageOf(index * LARGE_EVERY);
}

/** Its kind, its length and a hash of all that is in it: FNV-1a. @param {string | Uint8Array} message */
export function digestOf(message) {
	const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
	let hash = 0x811c9dc5;
	for (const byte of bytes) {
		hash = Math.imul(hash ^ byte, 0x01000193);
	}
	return `${typeof message === 'string' ? 'text' : 'binary'} ${bytes.length} ${(hash >>> 0).toString(16)}`;
}

/** Of the messages 0 to `count` - 1. @param {number} count */
export function digestsOf(count) {
	return Array.from({ length: count }, (_, index) => digestOf(messageOf(index)));
}

/**
 * How often each was told more often than sent: nothing, if all is well.
 *
 * @param {readonly string[]} received
 * @param {readonly string[]} sent
 */
export function notSent(received, sent) {
	/** @type {Map<string, number>} */
	const left = new Map();
	for (const digest of sent) {
		left.set(digest, (left.get(digest) ?? 0) + 1);
	}
	return received.filter((digest) => {
		const count = left.get(digest) ?? 0;
		left.set(digest, count - 1);
		return count <= 0;
	});
}
