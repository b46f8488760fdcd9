// @ts-check
/** Firefox, with a camera and a microphone that are made up. */

import puppeteer from 'puppeteer-core';
import { findProgram } from './program.js';

export const FIREFOX = findProgram('firefox-esr') ?? findProgram('firefox') ?? '/usr/bin/firefox-esr';

const PREFERENCES = {
	'media.navigator.streams.fake': true,
	'media.navigator.permission.disabled': true,
	'media.autoplay.default': 0,
	'media.peerconnection.ice.obfuscate_host_addresses': false,
	// Pages in the background must not slow down.
	'dom.min_background_timeout_value': 4,
	'media.suspend-bkgnd-video.enabled': false,
};

/** The value of `media.peerconnection.dtls.version.max` that leaves out DTLS 1.3. */
export const DTLS_12 = 771;

/** A browser that opens pages, each in a profile of its own. */
export class Firefox {
	name = 'Firefox';
	version = '';
	#browser;

	/** @param {import('puppeteer-core').Browser} browser */
	constructor(browser) {
		this.#browser = browser;
	}

	/** @param {{ preferences?: Record<string, unknown> }} [options] */
	static async launch({ preferences = {} } = {}) {
		const browser = await puppeteer.launch({
			browser: 'firefox',
			protocol: 'webDriverBiDi',
			executablePath: FIREFOX,
			headless: true,
			extraPrefsFirefox: { ...PREFERENCES, ...preferences },
			handleSIGINT: false,
		});
		const firefox = new Firefox(browser);
		firefox.version = await browser.version();
		return firefox;
	}

	/**
	 * Opens an address.
	 *
	 * @param {string} address
	 * @param {{ before?: string }} [options] `before` is a script that runs first.
	 * @returns {Promise<import('./page.js').BrowserPage>}
	 */
	async open(address, { before } = {}) {
		const context = await this.#browser.createBrowserContext();
		const page = await context.newPage();
		/** @type {string[]} */
		const complaints = [];
		page.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warn') {
				complaints.push(message.text());
			}
		});
		if (before !== undefined) {
			await page.evaluateOnNewDocument(before);
		}
		await page.goto(address);
		return {
			evaluate: (script) => /** @type {Promise<any>} */ (page.evaluate(script)),
			complaints: () => complaints,
			close: () => context.close(),
		};
	}

	async close() {
		await this.#browser.close();
	}
}
