/** Where streams get their numbers from. */

/** A whole number from 0 up to 2³², which it is not. */
export type Random = () => number;

/**
 * Nine digits, so that ours can be told from an endpoint's in a capture; and below 2³¹, since ffmpeg takes
 * them for signed.
 */
const SSRC_FIRST = 100_000_000;
const SSRC_END = 999_999_999;

/** In every browser, and in Node from 19 on without a flag. */
declare const crypto: { getRandomValues(into: Uint32Array): Uint32Array };

/** Random numbers that nobody can guess. */
export const cryptoRandom: Random = () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** The first of that many SSRCs in a row. */
export function randomSsrc(random: Random, count: number): number {
	const choices = SSRC_END - SSRC_FIRST - count;
	return SSRC_FIRST + Math.floor((random() / 2 ** 32) * choices);
}
