/** The worker: a process with routers in it. */

import { randomUUID } from 'node:crypto';

import { Channel } from './Channel';
import { checkAppData } from './Entity';
import { EnhancedEventEmitter } from './enhancedEvents';
import { wireListenInfos } from './listen';
import { Logger } from './logger';
import * as ortc from './ortc';
import { RouterImpl } from './Router';
import type { AppData } from './types/appData';
import type { Router, RouterOptions } from './types/router';
import type { WebRtcServer, WebRtcServerOptions } from './types/webRtcServer';
import type {
	Worker,
	WorkerDump,
	WorkerEvents,
	WorkerObserver,
	WorkerResourceUsage,
	WorkerSettings,
	WorkerUpdateableSettings,
} from './types/worker';
import { WebRtcServerImpl } from './WebRtcServer';
import { type Exit, exitError, startError, startWorkerProcess, type WorkerProcess } from './workerProcess';

/** Milliseconds that a closed worker may take to end by itself. It has little to do. */
const END_TIMEOUT_MS = 5_000;

const logger = new Logger('Worker');

export class WorkerImpl<A extends AppData = AppData>
	extends EnhancedEventEmitter<WorkerEvents>
	implements Worker<A>
{
	readonly #process: WorkerProcess;
	readonly #pid: number | undefined;
	readonly #channel: Channel;
	readonly #observer: WorkerObserver = new EnhancedEventEmitter();
	readonly #webRtcServers = new Set<WebRtcServerImpl<any>>();
	readonly #routers = new Set<RouterImpl<any>>();
	#appData: A;
	#isRunning = false;
	#isClosed = false;
	#hasDied = false;
	#isSubprocessClosed = false;

	/** Emits `@success` when the worker is ready, or `@failure`. */
	constructor(bin: string, settings: WorkerSettings<A>, version: string) {
		super();
		this.#appData = settings.appData || ({} as A);
		this.#process = startWorkerProcess(bin, settings, version, logger);
		const { child, toWorker, fromWorker } = this.#process;
		this.#pid = child.pid;
		this.#channel = new Channel(toWorker, fromWorker, child.pid ?? 0);
		logger.debug(`started [pid:${child.pid}, bin:${bin}]`);
		this.#channel.once('running', () => this.#handleRunning());
		child.on('error', (error) => this.#handleSpawnError(error));
		// Not `exit`: what the worker has said before is in the pipes still.
		child.on('close', (code, signal) => this.#handleEnd({ code, signal }));
		for (const emitter of [this, this.#observer] as EnhancedEventEmitter<any>[]) {
			emitter.on('listenererror', (eventName: string, error: Error) =>
				logger.error(`listener of ${eventName} failed [pid:${this.#pid}]`, error),
			);
		}
	}

	get pid(): number {
		return this.#pid!;
	}

	get closed(): boolean {
		return this.#isClosed;
	}

	get died(): boolean {
		return this.#hasDied;
	}

	get subprocessClosed(): boolean {
		return this.#isSubprocessClosed;
	}

	get appData(): A {
		return this.#appData;
	}

	set appData(appData: A) {
		this.#appData = appData;
	}

	get observer(): WorkerObserver {
		return this.#observer;
	}

	/** @internal */
	get webRtcServersForTesting(): Set<WebRtcServerImpl> {
		return this.#webRtcServers;
	}

	/** @internal */
	get routersForTesting(): Set<RouterImpl> {
		return this.#routers;
	}

	close(): void {
		if (this.#isClosed) {
			return;
		}
		this.#isClosed = true;
		this.#closeContent();
		this.#channel.closeWorker();
		this.#killUnlessItEnds();
		this.#observer.safeEmit('close');
	}

	async dump(): Promise<WorkerDump> {
		const dump = await this.#channel.request('workerDump', 'dumpWorker');
		return { pid: this.pid, ...dump };
	}

	async getResourceUsage(): Promise<WorkerResourceUsage> {
		const used = await this.#channel.getResourceUsage();
		// What Linux does not count.
		const uncounted = {
			ru_ixrss: 0,
			ru_idrss: 0,
			ru_isrss: 0,
			ru_nswap: 0,
			ru_msgsnd: 0,
			ru_msgrcv: 0,
			ru_nsignals: 0,
		};
		return { ...uncounted, ...used } as WorkerResourceUsage;
	}

	async getMetrics(): Promise<Record<string, number>> {
		return this.#channel.getMetrics();
	}

	async updateSettings({ logLevel, logTags }: WorkerUpdateableSettings<A> = {}): Promise<void> {
		await this.#channel.updateSettings(logLevel ?? null, logTags ?? null);
	}

	async createWebRtcServer<T extends AppData = AppData>({
		listenInfos,
		appData,
	}: WebRtcServerOptions<T>): Promise<WebRtcServer<T>> {
		checkAppData(appData);
		const id = randomUUID();
		await this.#channel.request('done', {
			createWebRtcServer: { id, listenInfos: wireListenInfos(listenInfos, 'listenInfos') },
		});
		const server = new WebRtcServerImpl(id, this.#channel, appData);
		if (this.#isClosed) {
			server.workerClosed();
			return server;
		}
		this.#webRtcServers.add(server);
		server.on('@close', () => this.#webRtcServers.delete(server));
		this.#observer.safeEmit('newwebrtcserver', server as WebRtcServer);
		return server;
	}

	async createRouter<T extends AppData = AppData>({
		mediaCodecs,
		appData,
	}: RouterOptions<T> = {}): Promise<Router<T>> {
		checkAppData(appData);
		const rtpCapabilities = ortc.generateRouterRtpCapabilities(structuredClone(mediaCodecs));
		const id = randomUUID();
		await this.#channel.request('done', { createRouter: { id } });
		const router = new RouterImpl(id, this.#channel, rtpCapabilities, appData);
		if (this.#isClosed) {
			router.workerClosed();
			return router;
		}
		this.#routers.add(router);
		router.on('@close', () => this.#routers.delete(router));
		this.#observer.safeEmit('newrouter', router as Router);
		return router;
	}

	#handleRunning(): void {
		if (!this.#isClosed) {
			this.#isRunning = true;
			this.emit('@success');
		}
	}

	#handleSpawnError(error: Error): void {
		logger.error(`cannot be started [pid:${this.#pid}]`, error);
		if (!this.#isRunning && !this.#isClosed) {
			this.#isClosed = true;
			this.#isSubprocessClosed = true;
			this.#channel.close();
			this.emit('@failure', new Error(error.message, { cause: error }));
		}
	}

	#handleEnd(exit: Exit): void {
		if (this.#isSubprocessClosed) {
			return;
		}
		this.#isSubprocessClosed = true;
		if (this.#isClosed) {
			logger.debug(`ended [pid:${this.#pid}]`);
			this.safeEmit('subprocessclose');
		} else if (this.#isRunning) {
			this.#handleDeath(exit);
		} else {
			this.#isClosed = true;
			this.#channel.close();
			this.emit('@failure', startError(this.#pid, exit, this.#process.lastComplaint()));
		}
	}

	#handleDeath(exit: Exit): void {
		const error = exitError(this.#pid, exit);
		logger.error(`died unexpectedly ${error.message}`);
		this.#isClosed = true;
		this.#hasDied = true;
		this.#channel.close();
		this.#closeContent();
		this.safeEmit('died', error);
		this.safeEmit('subprocessclose');
		this.#observer.safeEmit('close');
	}

	#closeContent(): void {
		for (const router of this.#routers) {
			router.workerClosed();
		}
		for (const server of this.#webRtcServers) {
			server.workerClosed();
		}
		this.#routers.clear();
		this.#webRtcServers.clear();
	}

	#killUnlessItEnds(): void {
		const { child } = this.#process;
		const timer = setTimeout(() => {
			logger.warn(`does not end, killed [pid:${this.#pid}]`);
			child.kill('SIGKILL');
		}, END_TIMEOUT_MS);
		timer.unref();
		child.once('close', () => clearTimeout(timer));
	}
}
