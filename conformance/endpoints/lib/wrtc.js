// @ts-check
/** @roamhq/wrtc as a peer in a room, in a process of its own. */

import { fileURLToPath } from 'node:url';
import { Child } from './child.js';

const SCRIPT = fileURLToPath(new URL('../wrtc/peer.js', import.meta.url));

export class Wrtc {
	video = { frames: 0, width: 0, height: 0 };
	audio = { chunks: 0, peak: 0 };
	#child;

	/** @param {string} url The server's. @param {string} room @param {'send' | 'receive'} direction */
	constructor(url, room, direction) {
		this.#child = new Child(process.execPath, [SCRIPT, url, room, direction]);
		this.#child.onLine((line) => Object.assign(this, JSON.parse(line)));
	}

	/** Everything there is to say when a test fails. */
	seen() {
		return { video: this.video, audio: this.audio, ...this.#child.said() };
	}

	async close() {
		await this.#child.stop('SIGKILL');
	}
}
