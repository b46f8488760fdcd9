// @ts-check
/** A program that a test runs, and that ends with the test at the latest. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.js';

/** Lines kept of what a program says; older ones go. */
const LINES_MAX = 400;

/** What a program gets to end by itself before it is killed, in milliseconds. */
const GRACE_MS = 4_000;

/** @type {Set<Child>} */
const running = new Set();

process.on('exit', () => {
	for (const child of running) {
		child.kill('SIGKILL');
	}
});

export class Child {
	/** @type {string[]} What it wrote to standard output. */
	output = [];
	/** @type {string[]} What it wrote to standard error. */
	errors = [];
	/** @type {number | string | undefined} Its exit code, or the signal that ended it. */
	ended;
	#process;
	#name;
	/** @type {Promise<number | string>} */
	#end;
	/** @type {((line: string) => void) | undefined} */
	#listener;

	/**
	 * @param {string} program
	 * @param {readonly string[]} arguments_
	 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
	 */
	constructor(program, arguments_, { env = {}, cwd } = {}) {
		this.#name = program.split('/').at(-1) ?? program;
		this.#process = spawn(program, [...arguments_], { env: { ...process.env, ...env }, cwd, stdio: 'pipe' });
		running.add(this);
		this.#read(this.#process.stdout, this.output);
		this.#read(this.#process.stderr, this.errors);
		// Writing to a program that is gone is no news: its end is.
		this.#process.stdin.on('error', () => undefined);
		this.#end = new Promise((resolve) => {
			const end = (/** @type {number | string} */ how) => {
				this.ended ??= how;
				running.delete(this);
				resolve(how);
			};
			this.#process.on('error', (error) => end(error.message));
			this.#process.on('close', (code, signal) => end(code ?? signal ?? 'unknown'));
		});
	}

	/** @param {(line: string) => void} listener Gets each line of standard output. */
	onLine(listener) {
		this.output.forEach(listener);
		this.#listener = listener;
	}

	/** @param {string} text */
	write(text) {
		this.#process.stdin.write(text);
	}

	/** @param {NodeJS.Signals} signal */
	kill(signal) {
		this.#process.kill(signal);
	}

	/** Asks it to end, and sees to it. @param {NodeJS.Signals} [signal] @returns {Promise<number | string>} */
	async stop(signal = 'SIGTERM') {
		this.kill(signal);
		return this.end(GRACE_MS);
	}

	/** Waits for its end. @param {number} timeout @returns {Promise<number | string>} */
	async end(timeout) {
		const timer = setTimeout(() => this.kill('SIGKILL'), timeout);
		const how = await this.#end;
		clearTimeout(timer);
		return how;
	}

	/**
	 * Waits for a line on either stream.
	 *
	 * @param {RegExp} pattern
	 * @param {number} [timeout]
	 * @returns {Promise<RegExpExecArray>}
	 */
	async line(pattern, timeout = 15_000) {
		return eventually(
			`${this.#name} says ${pattern}`,
			() => [...this.output, ...this.errors].map((line) => pattern.exec(line)).findLast((match) => match !== null),
			{ timeout, seen: () => this.said() },
		);
	}

	/** The end of what it said, for failures. */
	said() {
		return { ended: this.ended, output: this.output.slice(-15), errors: this.errors.slice(-25) };
	}

	/** @param {import('node:stream').Readable} stream @param {string[]} lines */
	#read(stream, lines) {
		createInterface({ input: stream }).on('line', (line) => {
			lines.push(line);
			if (lines.length > LINES_MAX) {
				lines.shift();
			}
			if (lines === this.output) {
				this.#listener?.(line);
			}
		});
	}
}
