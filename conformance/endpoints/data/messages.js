// @ts-check
/** The messages of the tests: the same at both ends, from 1 byte to 256 KiB. Runs in Node and in pages. */

/** The largest that a data channel carries unless told otherwise. */
export const LARGEST = 256 * 1024;

/** Mostly small, as in life; one in 100 is large, one in 1,000 as large as can be. */
const SMALL_MAX = 1024;
const LARGE_EVERY = 100;
const LARGEST_EVERY = 1000;
const LARGE = [1200, 16_384, 20_000, 65_535, 65_536];

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

/** @param {number} index */
export function messageOf(index) {
	const bytes = new Uint8Array(sizeOf(index));
	for (let at = 0; at < bytes.length; at += 1) {
		bytes[at] = index * 31 + at * 7 + (at >> 8);
	}
	return bytes;
}

/** Its length and a hash of all that is in it: FNV-1a. @param {Uint8Array} bytes */
export function digestOf(bytes) {
	let hash = 0x811c9dc5;
	for (const byte of bytes) {
		hash = Math.imul(hash ^ byte, 0x01000193);
	}
	return `${bytes.length}:${(hash >>> 0).toString(16)}`;
}

/** Of the messages 0 to `count` - 1. @param {number} count */
export function digestsOf(count) {
	return Array.from({ length: count }, (_, index) => digestOf(messageOf(index)));
}
