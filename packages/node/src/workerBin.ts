/** Where the worker's program is. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NAME = process.platform === 'win32' ? 'brodo-worker.exe' : 'brodo-worker';

/**
 * The first of these:
 *
 * 1. `BRODO_WORKER_BIN`, or `MEDIASOUP_WORKER_BIN`;
 * 2. the optional package for this platform, `brodo-worker-<platform>-<arch>`;
 * 3. what Cargo has built in this repository: the release build, or the debug build if there is only
 *    that, or if `MEDIASOUP_BUILDTYPE` is `Debug`.
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
	const target = env['CARGO_TARGET_DIR'] || join(__dirname, '..', '..', '..', 'target');
	const release = join(target, 'release', NAME);
	const debug = join(target, 'debug', NAME);
	const isDebug = env['MEDIASOUP_BUILDTYPE'] === 'Debug' || (!existsSync(release) && existsSync(debug));
	return isDebug ? debug : release;
}
