// @ts-check
/** Chromium, with a camera and a microphone that are made up. */

import { chromium } from 'playwright-core';
import { findProgram } from './program.js';

const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--use-fake-device-for-media-stream',
	'--use-fake-ui-for-media-stream',
	'--autoplay-policy=no-user-gesture-required',
	// A machine without a network has only this address.
	'--allow-loopback-in-peer-connection',
];

const FEATURES_OFF = ['LocalNetworkAccessChecks', 'WebRtcHideLocalIpsWithMdns'];

export const CHROMIUM = findProgram('chromium') ?? '/usr/bin/chromium';

/** A browser that opens pages, each in a profile of its own. */
export class Chromium {
	name = 'Chromium';
	#browser;

	/** @param {import('playwright-core').Browser} browser */
	constructor(browser) {
		this.#browser = browser;
	}

	/** @param {{ arguments?: readonly string[] }} [options] */
	static async launch({ arguments: more = [] } = {}) {
		return new Chromium(
			await chromium.launch({
				executablePath: CHROMIUM,
				args: [...ARGUMENTS, ...more, `--disable-features=${FEATURES_OFF.join(',')}`],
				handleSIGINT: false,
			}),
		);
	}

	get version() {
		return this.#browser.version();
	}

	/**
	 * Opens an address.
	 *
	 * @param {string} address
	 * @param {{ before?: string, rewrite?: (message: string) => string }} [options] `before` is a
	 *   script that runs first; `rewrite` gets every message of the page's WebSocket from the server.
	 * @returns {Promise<import('./page.js').BrowserPage>}
	 */
	async open(address, { before, rewrite } = {}) {
		const context = await this.#browser.newContext();
		const page = await context.newPage();
		/** @type {string[]} */
		const complaints = [];
		page.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warning') {
				complaints.push(message.text());
			}
		});
		page.on('pageerror', (error) => complaints.push(String(error)));
		if (before !== undefined) {
			await page.addInitScript(before);
		}
		if (rewrite !== undefined) {
			await page.routeWebSocket(/\/ws\b/, (socket) => {
				const server = socket.connectToServer();
				server.onMessage((message) => socket.send(rewrite(String(message))));
				socket.onMessage((message) => server.send(message));
			});
		}
		await page.goto(address);
		return {
			evaluate: (script) => page.evaluate(script),
			complaints: () => complaints,
			close: () => context.close(),
		};
	}

	async close() {
		await this.#browser.close();
	}
}
