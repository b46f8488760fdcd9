// @ts-check
/** `examples/node-conference`: people see, hear and write to each other, on the SFU that `SFU` names. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child.js';
import { CHROMIUM, Chromium } from '../lib/chromium.js';
import { eventually } from '../lib/eventually.js';
import { FIREFOX, Firefox } from '../lib/firefox.js';
import { missingNetwork } from '../lib/network.js';
import { missing } from '../lib/program.js';

const SERVER = fileURLToPath(new URL('../../../examples/node-conference/server.js', import.meta.url));
const TIMEOUT = 60_000;

/** What the page shows, as a person would see it. */
const LOOK = `({
	tiles: [...document.querySelectorAll('figure')].map((tile) => ({
		name: tile.querySelector('figcaption').textContent,
		width: tile.querySelector('video').videoWidth,
		played: tile.querySelector('video').currentTime,
		speaks: tile.classList.contains('speaks'),
		volume: tile.querySelector('meter').value,
	})),
	chat: [...document.querySelectorAll('li')].map((line) => line.textContent),
})`;

/**
 * A microphone that gives a tone in syllables, as a tone that goes on and on is taken for noise; or silence, where the
 * browser's own beeps now and then.
 * @param {number} amplitude
 */
const microphone = (amplitude) => `
	const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	navigator.mediaDevices.getUserMedia = async (wanted) => {
		const [video] = (await open(wanted)).getVideoTracks();
		const context = new AudioContext();
		const destination = context.createMediaStreamDestination();
		const tone = new OscillatorNode(context, { frequency: 440 });
		const loudness = new GainNode(context, { gain: ${amplitude} });
		// One that swings between 0 and twice the amplitude.
		const syllables = new OscillatorNode(context, { frequency: 2 });
		syllables.connect(new GainNode(context, { gain: ${amplitude} })).connect(loudness.gain);
		tone.connect(loudness).connect(destination);
		tone.start();
		syllables.start();
		return new MediaStream([video, ...destination.stream.getAudioTracks()]);
	};
`;

/** @typedef {{ name: string, width: number, played: number, speaks: boolean, volume: number }} Tile */

describe('the conference of the examples', { skip: missing(CHROMIUM) }, () => {
	/** @type {Child} */
	let server;
	/** @type {Chromium} */
	let chromium;
	let url = '';
	before(async () => {
		server = new Child(process.execPath, [SERVER], { env: { PORT: '0' } });
		[, url = ''] = await server.line(/(http:\/\/localhost:\d+)/);
		chromium = await Chromium.launch();
	});
	after(async () => {
		await chromium?.close();
		assert.equal(server?.ended, undefined, JSON.stringify(server?.said()));
		await server?.stop('SIGKILL');
	});

	it('shows everybody to everybody, with who speaks and how loud', { timeout: TIMEOUT }, async (test) => {
		const ann = await joins(test, chromium, 'meeting', 'Ann', microphone(0.25));
		const bob = await joins(test, chromium, 'meeting', 'Bob', microphone(0));

		for (const guest of [ann, bob]) {
			await guest.eventuallySees('the other in motion', ({ others }) => others.length === 1 && moves(others[0]));
			await guest.eventuallySees('that Ann speaks', ({ tiles }) => tiles.every(({ name, speaks }) => speaks === name.startsWith('Ann')));
			// A quarter of full scale is a mean square of -15 dBov.
			await guest.eventuallySees('how loud', ({ tiles }) => tiles.every(({ name, volume }) => volume > -25 === name.startsWith('Ann')));
		}
	});

	it('lets them write to each other', { timeout: TIMEOUT }, async (test) => {
		const ann = await joins(test, chromium, 'chat', 'Ann');
		const bob = await joins(test, chromium, 'chat', 'Bob');

		await ann.writesUntilSeen('hello Bob', bob);
		await bob.writesUntilSeen('hello Ann', ann);
	});

	it('forgets who leaves, and keeps rooms apart', { timeout: TIMEOUT }, async (test) => {
		const ann = await joins(test, chromium, 'lobby', 'Ann');
		const bob = await joins(test, chromium, 'lobby', 'Bob');
		const eve = await joins(test, chromium, 'elsewhere', 'Eve');
		await ann.eventuallySees('Bob', ({ others }) => others.length === 1 && others[0]?.name === 'Bob');

		await bob.close();

		await ann.eventuallySees('nobody', ({ others }) => others.length === 0);
		assert.deepEqual((await eve.look()).others, []);
	});

	it('joins Firefox with Chromium', { timeout: TIMEOUT, skip: missing(FIREFOX) || missingNetwork() }, async (test) => {
		const firefox = await Firefox.launch();
		test.after(() => firefox.close());
		const guests = [await joins(test, chromium, 'mixed', 'Ann'), await joins(test, firefox, 'mixed', 'Fox')];

		for (const guest of guests) {
			await guest.eventuallySees('the other in motion', ({ others }) => moves(others[0]));
		}
	});

	/**
	 * @param {import('node:test').TestContext} test
	 * @param {import('../lib/page.js').Browser} browser
	 * @param {string} room
	 * @param {string} name
	 * @param {string} [before] A script that runs first.
	 */
	async function joins(test, browser, room, name, before) {
		const guest = new Guest(name, await browser.open(`${url}/${room}?name=${name}`, { before }));
		test.after(() => guest.close());
		return guest;
	}
});

/** @param {Tile | undefined} tile */
function moves(tile) {
	return tile !== undefined && tile.width > 0 && tile.played > 1;
}

/** Somebody in front of the page. */
class Guest {
	#page;
	#name;
	#closed = false;

	/** @param {string} name @param {import('../lib/page.js').BrowserPage} page */
	constructor(name, page) {
		this.#name = name;
		this.#page = page;
	}

	/** @returns {Promise<{ tiles: Tile[], others: Tile[], chat: string[] }>} */
	async look() {
		const seen = await this.#page.evaluate(LOOK);
		return { ...seen, others: seen.tiles.filter((/** @type {Tile} */ { name }) => !name.endsWith('(you)')) };
	}

	/** @param {string} what @param {(seen: Awaited<ReturnType<Guest['look']>>) => boolean} isSeen */
	async eventuallySees(what, isSeen) {
		const seen = async () => ({ ...(await this.look()), console: this.#page.complaints().slice(-5) });
		await eventually(`${this.#name} sees ${what}`, async () => isSeen(await this.look()), { timeout: 25_000, seen });
	}

	/** Who comes after a message does not get it: so it is written again until it is there. @param {string} text @param {Guest} other */
	async writesUntilSeen(text, other) {
		const input = `document.querySelector('input')`;
		const write = `!${input}.disabled && (${input}.value = ${JSON.stringify(text)}, document.querySelector('form').requestSubmit())`;
		const seen = async () => [await this.look(), await other.look()];
		await eventually(
			`${other.#name} reads ${text}`,
			async () => {
				await this.#page.evaluate(write);
				return (await other.look()).chat.includes(`${this.#name}: ${text}`);
			},
			{ seen },
		);
	}

	async close() {
		if (!this.#closed) {
			this.#closed = true;
			await this.#page.close();
		}
	}
}
