/** Where the worker's program is. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const NAME = process.platform === 'win32' ? 'brodo-worker.exe' : 'brodo-worker';

const PLATFORM_PACKAGE = `brodo-worker-${process.platform}-${process.arch}`;

/**
 * The first of these:
 *
 * 1. `BRODO_WORKER_BIN`, or `MEDIASOUP_WORKER_BIN`;
 * 2. the optional package for this platform, `brodo-worker-<platform>-<arch>`;
 * 3. in a clone of the repository, what Cargo has built: the release build before the debug build, or only
 *    that if `MEDIASOUP_BUILDTYPE` is `Debug`.
 *
 * If there is none of them, where the optional package would have it.
 */
export function findWorkerBin(env: NodeJS.ProcessEnv = process.env): string {
	return env['BRODO_WORKER_BIN'] || env['MEDIASOUP_WORKER_BIN'] || packaged() || built(env) || missing();
}

/** What to do when there is no program at `bin`. */
export function missingWorkerMessage(bin: string): string {
	return [
		`there is no worker program at ${bin}; one of these helps:`,
		`install the optional package ${PLATFORM_PACKAGE}, of the same version;`,
		'set BRODO_WORKER_BIN (or MEDIASOUP_WORKER_BIN, or createWorker({ workerBin })) to the path of the program;',
		'build it in a clone of brodo: cargo build --release -p brodo-worker',
	].join(' ');
}

function packaged(): string | undefined {
	try {
		return require.resolve(`${PLATFORM_PACKAGE}/${NAME}`);
	} catch {
		return undefined;
	}
}

function built(env: NodeJS.ProcessEnv): string | undefined {
	const clone = join(__dirname, '..', '..', '..');
	if (!existsSync(join(clone, 'crates', 'server', 'worker'))) {
		return undefined;
	}
	const profiles = env['MEDIASOUP_BUILDTYPE'] === 'Debug' ? ['debug'] : ['release', 'debug'];
	const places = targets(clone, env).flatMap((target) => profiles.map((profile) => join(target, profile, NAME)));
	return places.find((place) => existsSync(place)) ?? places[0]!;
}

/** Where Cargo builds: as it is told, or as `cargo xtask` tells it. */
function targets(clone: string, env: NodeJS.ProcessEnv): string[] {
	const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
	const told = env['CARGO_TARGET_DIR'];
	return [...(told ? [told] : []), join(clone, 'target'), join(cache, 'brodo', 'target')];
}

function missing(): string {
	return join(__dirname, '..', '..', PLATFORM_PACKAGE, NAME);
}
