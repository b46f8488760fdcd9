// @ts-check
/**
 * Which of the tests' variants a pass runs. Codecs, SRTP suites and the like are the engine's, and the pass through the
 * demo's server has them all. The pass through the Node package shows that it passes on what it is told: each codec
 * once, with one suite each from GStreamer and ffmpeg, and each way to the server with one browser.
 */

/** Whether tests run through the Node package. */
export const isNodePass = process.env['BRODO_SERVER'] === 'node';

/**
 * All variants, or in the pass through the Node package those named.
 *
 * @template {string} T
 * @param {readonly T[]} all
 * @param {readonly T[]} some
 */
export function variants(all, some) {
	return isNodePass ? some : all;
}

/** Why what another test shows for the Node package too is skipped; `false` if it runs. @returns {string | false} */
export function shownElsewhere() {
	return isNodePass ? 'another browser shows it for the Node package' : false;
}
