/** The process of a worker: its command line, and what its end means. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';

import type { Logger } from './logger';
import type { WorkerSettings } from './types/worker';
import { missingWorkerMessage } from './workerBin';

/** The worker ended because its settings are wrong. */
const EXIT_WRONG_SETTINGS = 42;

/** How a process ended. */
export type Exit = { code: number | null; signal: string | null };

/** A process with its pipes. */
export type WorkerProcess = {
	child: ChildProcess;
	toWorker: Duplex;
	fromWorker: Duplex;
	/** The last thing that it complained about. */
	lastComplaint: () => string;
};

/**
 * Starts a worker.
 *
 * It is in a process group of its own, so that Ctrl-C in a terminal does not end it before the application
 * has decided what to do. When the application is gone, its pipe closes, and it ends by itself.
 */
export function startWorkerProcess(
	bin: string,
	settings: WorkerSettings<any>,
	version: string,
	logger: Logger,
): WorkerProcess {
	const child = spawn(bin, argumentsOf(settings), {
		env: { MEDIASOUP_VERSION: version, ...process.env },
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
		windowsHide: true,
	});
	let complaint = '';
	const [, stdout, stderr, toWorker, fromWorker] = child.stdio;
	eachLine(stdout as Readable, (line) => logger.debug(`(stdout) ${line}`));
	eachLine(stderr as Readable, (line) => {
		complaint = line;
		logger.error(`(stderr) ${line}`);
	});
	return {
		child,
		toWorker: toWorker as Duplex,
		fromWorker: fromWorker as Duplex,
		lastComplaint: () => complaint,
	};
}

/** Why a program was not started. With no program there is something to be done; else it is as the system says. */
export function spawnError(cause: Error, bin: string): Error {
	return new Error(existsSync(bin) ? cause.message : missingWorkerMessage(bin), { cause });
}

/** Why a worker did not start. */
export function startError(pid: number | undefined, exit: Exit, complaint: string): Error {
	if (exit.code === EXIT_WRONG_SETTINGS) {
		return new TypeError(`wrong worker settings: ${complaint}`);
	}
	return exitError(pid, exit);
}

/** How a worker ended. */
export function exitError(pid: number | undefined, { code, signal }: Exit): Error {
	return new Error(`[pid:${pid}, code:${code}, signal:${signal}]`);
}

function argumentsOf(settings: WorkerSettings<any>): string[] {
	const { logTags } = settings;
	const args = Array.isArray(logTags)
		? logTags.filter((tag) => typeof tag === 'string' && tag).map((tag) => `--logTag=${tag}`)
		: [];
	const texts = ['logLevel', 'dtlsCertificateFile', 'dtlsPrivateKeyFile', 'libwebrtcFieldTrials'] as const;
	for (const name of texts) {
		const value = settings[name];
		if (typeof value === 'string' && value) {
			args.push(`--${name}=${value}`);
		}
	}
	for (const name of ['rtcMinPort', 'rtcMaxPort', 'threads'] as const) {
		const value = settings[name];
		if (typeof value === 'number' && !Number.isNaN(value)) {
			args.push(`--${name}=${value}`);
		}
	}
	return args;
}

function eachLine(stream: Readable, handleLine: (line: string) => void): void {
	createInterface({ input: stream }).on('line', (line) => {
		if (line) {
			handleLine(line);
		}
	});
}
