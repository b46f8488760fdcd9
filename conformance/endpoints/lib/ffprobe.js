// @ts-check
/** What ffprobe finds in a file when it decodes all of it. */

import assert from 'node:assert/strict';
import { Child } from './child.js';

/**
 * @typedef {object} Stream
 * @property {string} codec_name
 * @property {'audio' | 'video'} codec_type
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} frames Decoded.
 */

/**
 * Decodes a file. There must be nothing to complain about.
 *
 * @param {string} file
 * @returns {Promise<Stream[]>}
 */
export async function probe(file) {
	const entries = 'stream=codec_name,codec_type,width,height,nb_read_frames';
	const child = new Child('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'json', file]);
	const ended = await child.end(20_000);

	assert.equal(ended, 0, `ffprobe ${file}: ${child.errors.join('\n')}`);
	assert.deepEqual(child.errors, [], 'ffprobe finds errors');
	const { streams } = JSON.parse(child.output.join('\n'));
	return streams.map((/** @type {any} */ stream) => ({ ...stream, frames: Number(stream.nb_read_frames) }));
}

/**
 * The file has a stream of that codec with at least so many frames.
 *
 * @param {readonly Stream[]} streams
 * @param {string} codec
 * @param {number} framesMin
 * @returns {Stream}
 */
export function holds(streams, codec, framesMin) {
	const stream = streams.find(({ codec_name }) => codec_name === codec);
	assert.ok(stream !== undefined && stream.frames >= framesMin, `${framesMin} frames of ${codec} in ${JSON.stringify(streams)}`);
	return stream;
}
