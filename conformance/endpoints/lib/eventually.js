// @ts-check
/** Waiting for something to become true, and saying what was seen instead when it does not. */

import { inspect } from 'node:util';

/** Between two looks. */
const INTERVAL_MS = 150;

/**
 * Looks again and again until `look` gives something other than `undefined`, `null` or `false`.
 *
 * @template T
 * @param {string} what What is waited for, for the failure.
 * @param {() => Promise<T | undefined | null | false> | T | undefined | null | false} look
 * @param {{ timeout?: number, seen?: () => unknown }} [options] `seen` describes what there is
 *   instead; milliseconds.
 * @returns {Promise<T>}
 */
export async function eventually(what, look, { timeout = 15_000, seen } = {}) {
	const end = performance.now() + timeout;
	/** @type {unknown} */
	let last;
	for (;;) {
		try {
			const found = await look();
			if (found !== undefined && found !== null && found !== false) {
				return found;
			}
			last = undefined;
		} catch (error) {
			last = error;
		}
		if (performance.now() > end) {
			const instead = seen === undefined ? last : await seen();
			throw new Error(`not within ${timeout / 1000} s: ${what}; instead: ${inspect(instead, { depth: 6, breakLength: 140 })}`);
		}
		await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
	}
}
