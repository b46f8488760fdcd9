/**
 * An SFU for Node.js, with the API of mediasoup.
 *
 * ```ts
 * import * as mediasoup from 'brodo';
 *
 * const worker = await mediasoup.createWorker();
 * const router = await worker.createRouter({ mediaCodecs });
 * const transport = await router.createWebRtcTransport({
 *   listenInfos: [{ protocol: 'udp', ip: '0.0.0.0', announcedAddress: 'sfu.example.com' }],
 * });
 * ```
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkAppData } from './Entity';
import { EnhancedEventEmitter } from './enhancedEvents';
import type { AppData } from './types/appData';
import type { Observer } from './types/module';
import type { Worker, WorkerSettings } from './types/worker';
import { WorkerImpl } from './Worker';
import { findWorkerBin } from './workerBin';

export { getSupportedRtpCapabilities, parseScalabilityMode } from 'brodo-ortc';
export * as errors from './errors';
export * as extras from './extras';
export { setLogEventListeners } from './logger';
export * as ortc from './ortc';
export type * as types from './types';

/** The version of this package. */
export const version: string = JSON.parse(
	readFileSync(join(__dirname, '..', 'package.json'), 'utf8'),
).version;

/** The worker's program, unless `createWorker()` is told otherwise. */
export const workerBin: string = findWorkerBin();

/** Tells of new workers. */
export const observer: Observer = new EnhancedEventEmitter();

/**
 * Starts a worker.
 *
 * @throws TypeError if a setting is wrong; Error if the program cannot be started, or ends at once.
 */
export async function createWorker<WorkerAppData extends AppData = AppData>(
	settings: WorkerSettings<WorkerAppData> = {},
): Promise<Worker<WorkerAppData>> {
	checkAppData(settings.appData);
	const worker = new WorkerImpl(settings.workerBin || workerBin, settings, version);
	return new Promise((resolve, reject) => {
		worker.once('@success', () => {
			observer.safeEmit('newworker', worker as Worker);
			resolve(worker);
		});
		worker.once('@failure', reject);
	});
}
