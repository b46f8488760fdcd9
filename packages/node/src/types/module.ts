/** The module itself. */

import type { RouterRtpCapabilities, ScalabilityMode } from 'brodo-ortc';

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { LogEventListeners } from '../logger';
import type { AppData } from './appData';
import type { Worker, WorkerSettings } from './worker';

export type { LogEventListeners };

export type ObserverEvents = {
	/** Before `createWorker()` resolves. */
	newworker: [Worker];
};

export type Observer = EnhancedEventEmitter<ObserverEvents>;

/** What the module exports, but for its namespaces. */
export interface Index {
	get version(): string;
	get observer(): Observer;
	get workerBin(): string;
	setLogEventListeners(listeners?: LogEventListeners): void;
	createWorker<WorkerAppData extends AppData = AppData>(
		options?: WorkerSettings<WorkerAppData>,
	): Promise<Worker<WorkerAppData>>;
	getSupportedRtpCapabilities(): RouterRtpCapabilities;
	parseScalabilityMode(mode?: string): ScalabilityMode;
}
