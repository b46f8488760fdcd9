/** The worker: a process with routers in it. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { Router, RouterOptions } from './router';
import type { WebRtcServer, WebRtcServerOptions } from './webRtcServer';

/** How bad a log line must be for the worker to write it. */
export type WorkerLogLevel = 'debug' | 'warn' | 'error' | 'none';

/** What a log line is about; matters for `debug` and `warn`. */
export type WorkerLogTag =
	| 'info'
	| 'ice'
	| 'dtls'
	| 'rtp'
	| 'srtp'
	| 'rtcp'
	| 'rtx'
	| 'bwe'
	| 'score'
	| 'simulcast'
	| 'svc'
	| 'sctp'
	| 'message';

/** What a worker is made from. */
export type WorkerSettings<WorkerAppData extends AppData = AppData> = {
	/** Default: `error`. */
	logLevel?: WorkerLogLevel;
	/** Default: none. */
	logTags?: WorkerLogTag[];
	/**
	 * The lowest port, where none is given. Default: 10000.
	 *
	 * @deprecated Use the `portRange` of a `TransportListenInfo`.
	 */
	rtcMinPort?: number;
	/**
	 * The highest port, where none is given. Default: 59999.
	 *
	 * @deprecated Use the `portRange` of a `TransportListenInfo`.
	 */
	rtcMaxPort?: number;
	/** A certificate in PEM; comes with `dtlsPrivateKeyFile`. Default: one is made. */
	dtlsCertificateFile?: string;
	/** Its key in PEM; comes with `dtlsCertificateFile`. */
	dtlsPrivateKeyFile?: string;
	/** An absolute path. Default: `workerBin` of the module. */
	workerBin?: string;
	/** Accepted, so that applications need no change; has no effect. */
	libwebrtcFieldTrials?: string;
	/** Threads that routers are spread over; today one does all the work. Default: 1. Not in mediasoup. */
	threads?: number;
	/** Default: `{}`. */
	appData?: WorkerAppData;
};

/** What can be changed later; what is not given stays. */
export type WorkerUpdateableSettings<T extends AppData = AppData> = Pick<
	WorkerSettings<T>,
	'logLevel' | 'logTags'
>;

/** What the worker process has used, as getrusage(2) tells. Times in milliseconds. */
export type WorkerResourceUsage = {
	ru_utime: number;
	ru_stime: number;
	/** KiB on Linux. */
	ru_maxrss: number;
	ru_ixrss: number;
	ru_idrss: number;
	ru_isrss: number;
	ru_minflt: number;
	ru_majflt: number;
	ru_nswap: number;
	ru_inblock: number;
	ru_oublock: number;
	ru_msgsnd: number;
	ru_msgrcv: number;
	ru_nsignals: number;
	ru_nvcsw: number;
	ru_nivcsw: number;
};

/** A worker as it is now. */
export type WorkerDump = {
	pid: number;
	webRtcServerIds: string[];
	routerIds: string[];
	channelMessageHandlers: {
		channelRequestHandlers: string[];
		channelNotificationHandlers: string[];
	};
};

export type WorkerEvents = {
	/** The process ended though nobody closed the worker. */
	died: [Error];
	/** The process has ended, and so have its pipes. */
	subprocessclose: [];
	listenererror: [string, Error];
	'@success': [];
	'@failure': [Error];
};

export type WorkerObserver = EnhancedEventEmitter<WorkerObserverEvents>;

export type WorkerObserverEvents = {
	close: [];
	newwebrtcserver: [WebRtcServer];
	newrouter: [Router];
};

/** A process that routers live in; made by `createWorker()`. */
export interface Worker<WorkerAppData extends AppData = AppData>
	extends EnhancedEventEmitter<WorkerEvents> {
	/** Its process. */
	get pid(): number;
	/** Whether it was closed or has died. */
	get closed(): boolean;
	/** Whether its process ended though nobody closed it. */
	get died(): boolean;
	/** Whether its process and the pipes to it are gone. */
	get subprocessClosed(): boolean;
	get appData(): WorkerAppData;
	set appData(appData: WorkerAppData);
	get observer(): WorkerObserver;

	/** Ends the process, and closes everything in it. Does nothing if closed. */
	close(): void;

	/**
	 * The worker as it is now.
	 *
	 * @throws WorkerClosedError
	 */
	dump(): Promise<WorkerDump>;

	/**
	 * What the process has used.
	 *
	 * @throws WorkerClosedError
	 */
	getResourceUsage(): Promise<WorkerResourceUsage>;

	/**
	 * Counters of the worker, by name. Not in mediasoup.
	 *
	 * @throws WorkerClosedError
	 */
	getMetrics(): Promise<Record<string, number>>;

	/**
	 * Changes what the worker logs; `logTags` replaces all tags.
	 *
	 * @throws TypeError if there is no such level; WorkerClosedError
	 */
	updateSettings(options?: WorkerUpdateableSettings<WorkerAppData>): Promise<void>;

	/**
	 * Opens sockets that WebRTC transports share.
	 *
	 * @throws TypeError if an address is invalid; Error if it cannot be bound; WorkerClosedError
	 */
	createWebRtcServer<WebRtcServerAppData extends AppData = AppData>(
		options: WebRtcServerOptions<WebRtcServerAppData>,
	): Promise<WebRtcServer<WebRtcServerAppData>>;

	/**
	 * Opens a room.
	 *
	 * @throws TypeError if a codec is malformed; UnsupportedError if it is not supported; Error if there
	 * are no payload types left; WorkerClosedError
	 */
	createRouter<RouterAppData extends AppData = AppData>(
		options?: RouterOptions<RouterAppData>,
	): Promise<Router<RouterAppData>>;
}
