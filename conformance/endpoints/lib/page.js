// @ts-check
/** The demo's page in a browser: joined to a room, asked what it sends and receives. */

import { eventually } from './eventually.js';

/**
 * @typedef {object} BrowserPage
 * @property {(script: string) => Promise<any>} evaluate
 * @property {() => string[]} complaints What the page wrote to its console, warnings and worse.
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Browser
 * @property {string} name
 * @property {(address: string, options?: { before?: string, rewrite?: (message: string) => string }) => Promise<BrowserPage>} open
 */

/**
 * @typedef {object} Sent
 * @property {'audio' | 'video'} kind
 * @property {string} [codec]
 * @property {number} [framesEncoded]
 * @property {number} [frameWidth]
 * @property {number} [frameHeight]
 * @property {number} [packetsSent]
 * @property {number} [nackCount]
 * @property {number} [retransmittedPacketsSent]
 * @property {number} [audioLevel]
 */

/**
 * @typedef {object} Received
 * @property {'audio' | 'video'} kind
 * @property {string} [codec]
 * @property {number} [packetsReceived]
 * @property {number} [packetsLost]
 * @property {number} [framesDecoded]
 * @property {number} [keyFramesDecoded]
 * @property {number} [freezeCount]
 * @property {number} [frameWidth]
 * @property {number} [frameHeight]
 * @property {number} [nackCount]
 * @property {number} [pliCount]
 * @property {number} [retransmittedPacketsReceived]
 * @property {number} [audioLevel]
 * @property {number} [totalAudioEnergy]
 * @property {number} [totalSamplesReceived]
 * @property {number} [concealedSamples]
 */

/**
 * @typedef {object} LinkStats
 * @property {string} [dtlsState]
 * @property {string} [tlsVersion]
 * @property {string} [dtlsVersion]
 * @property {string} [srtpCipher]
 * @property {string} [protocol]
 * @property {string} [remoteAddress]
 * @property {number} [remotePort]
 */

/** @typedef {{ sent: Sent[], received: Received[], transports: LinkStats[] }} Report */

/**
 * @typedef {object} PageOptions
 * @property {string} room
 * @property {string} [name]
 * @property {boolean} [audio]
 * @property {boolean} [video]
 * @property {'vp8' | 'vp9' | 'h264' | 'av1'} [codec]
 * @property {boolean} [forceTcp]
 * @property {boolean} [ipv6]
 * @property {(message: string) => string} [rewrite]
 */

/** Enough to see, and little enough for several pages on two cores. */
export const CAMERA = { width: 640, height: 360 };

/**
 * Whether a picture is the camera's. A browser that begins, or is short of bandwidth or processor, sends it smaller but
 * in the same shape.
 * @param {{ width?: number, height?: number }} picture
 */
export function isCameraPicture({ width = 0, height = 0 }) {
	return width * CAMERA.height === height * CAMERA.width && width >= CAMERA.width / 4 && width <= CAMERA.width;
}

/** The page asks for a larger picture than tests need. Runs before the page's own script. */
const SMALL_CAMERA = `
	const devices = navigator.mediaDevices;
	const open = devices.getUserMedia.bind(devices);
	devices.getUserMedia = (wanted) => open(
		wanted.video ? { ...wanted, video: { width: ${CAMERA.width}, height: ${CAMERA.height} } } : wanted,
	);
`;

/** Keeps the page's connections where a failing test finds them. */
const KEPT_PEERS = `
	window.brodoPeers = [];
	window.RTCPeerConnection = class extends RTCPeerConnection {
		constructor(...options) {
			super(...options);
			window.brodoPeers.push(this);
		}
	};
`;

const CANDIDATE_PAIRS = `(async () => {
	const reports = await Promise.all(window.brodoPeers.map((peer) => peer.getStats()));
	return reports.map((report) => [...report.values()].filter(({ type }) => type === 'candidate-pair').map((pair) => {
		const [local, remote] = [report.get(pair.localCandidateId), report.get(pair.remoteCandidateId)];
		return [
			local?.protocol, local?.address, 'to', remote?.address, remote?.port, pair.state, pair.nominated ? 'nominated' : '',
			'priority', remote?.priority, 'requests', pair.requestsSent, 'responses', pair.responsesReceived, 'rtt', pair.currentRoundTripTime,
		].join(' ');
	}));
})()`;

export class Page {
	name;
	#page;

	/** @param {string} name @param {BrowserPage} page */
	constructor(name, page) {
		this.name = name;
		this.#page = page;
	}

	/**
	 * Opens the page and waits until it is connected to its room.
	 *
	 * @param {Browser} browser
	 * @param {string} url The server's.
	 * @param {PageOptions} options
	 * @returns {Promise<Page>}
	 */
	static async join(browser, url, { rewrite, name = browser.name, audio = true, video = true, ...options }) {
		const address = new URL('/', url);
		const parameters = { ...options, name, audio, video, autojoin: true };
		for (const [key, value] of Object.entries(parameters)) {
			if (value !== undefined) {
				address.searchParams.set(key, typeof value === 'boolean' ? String(Number(value)) : value);
			}
		}
		const page = new Page(name, await browser.open(address.href, { before: SMALL_CAMERA + KEPT_PEERS, ...(rewrite ? { rewrite } : {}) }));
		await eventually(`${name} is in the room`, async () => (await page.state())?.connection === 'connected', {
			timeout: 20_000,
			seen: () => page.seen(),
		});
		return page;
	}

	/** @returns {Promise<Report>} */
	async stats() {
		return this.#page.evaluate('window.brodo.stats()');
	}

	/** @returns {Promise<any>} */
	async state() {
		return this.#page.evaluate('window.brodo?.state()');
	}

	async restartIce() {
		await this.#page.evaluate('window.brodo.restartIce()');
	}

	/** Mutes a source, or unmutes it. @param {'mic' | 'cam'} source */
	async toggle(source) {
		await this.#page.evaluate(`window.brodo.toggle('${source}')`);
	}

	/** Loses the WebSocket, and waits until the page has it again. */
	async dropSocket() {
		await this.#page.evaluate('window.brodo.dropSocket()');
		const connection = async () => (await this.state()).connection;
		await eventually(`${this.name} notices`, async () => (await connection()) !== 'connected', { seen: () => this.seen() });
		await eventually(`${this.name} is back`, async () => (await connection()) === 'connected', { seen: () => this.seen() });
	}

	/** Every candidate pair of every connection, a line each. @returns {Promise<string[][]>} */
	async candidatePairs() {
		return this.#page.evaluate(CANDIDATE_PAIRS);
	}

	/** Everything there is to say when a test fails. */
	async seen() {
		const state = await this.state().catch(String);
		const stats = await this.stats().catch(String);
		// By way of JSON, which leaves out what is undefined.
		return JSON.parse(JSON.stringify({ page: this.name, state, stats, console: this.#page.complaints().slice(-10) }));
	}

	async close() {
		await this.#page.close();
	}
}
