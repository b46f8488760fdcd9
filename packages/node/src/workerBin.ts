/** Where the worker's program is. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const NAME = process.platform === 'win32' ? 'brodo-worker.exe' : 'brodo-worker';

/**
 * The first of these:
 *
 * 1. `BRODO_WORKER_BIN`, or `MEDIASOUP_WORKER_BIN`;
 * 2. the optional package for this platform, `brodo-worker-<platform>-<arch>`;
 * 3. what Cargo has built in this repository: the release build before the debug build, or only that if
 *    `MEDIASOUP_BUILDTYPE` is `Debug`.
 */
export function findWorkerBin(env: NodeJS.ProcessEnv = process.env): string {
	return env['BRODO_WORKER_BIN'] || env['MEDIASOUP_WORKER_BIN'] || packaged() || built(env);
}

function packaged(): string | undefined {
	try {
		return require.resolve(`brodo-worker-${process.platform}-${process.arch}/${NAME}`);
	} catch {
		return undefined;
	}
}

function built(env: NodeJS.ProcessEnv): string {
	const profiles = env['MEDIASOUP_BUILDTYPE'] === 'Debug' ? ['debug'] : ['release', 'debug'];
	const places = targets(env).flatMap((target) => profiles.map((profile) => join(target, profile, NAME)));
	return places.find((place) => existsSync(place)) ?? places[0]!;
}

/** Where Cargo builds: as it is told, or as `cargo xtask` tells it. */
function targets(env: NodeJS.ProcessEnv): string[] {
	const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
	const told = env['CARGO_TARGET_DIR'];
	return [...(told ? [told] : []), join(__dirname, '..', '..', '..', 'target'), join(cache, 'brodo', 'target')];
}
