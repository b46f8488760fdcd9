/**
 * Logs: through the `debug` package, and to the listeners of the application.
 *
 * Namespaces are `mediasoup:Component`, `mediasoup:WARN:Component` and `mediasoup:ERROR:Component`:
 * applications have them in their `DEBUG` variable and in their log filters.
 */

import debug from 'debug';

import { EnhancedEventEmitter } from './enhancedEvents';

const ROOT = 'mediasoup';

/** What the application does with logs, besides `DEBUG`. */
export type LogEventListeners = {
	ondebug?: ((namespace: string, log: string) => void) | undefined;
	onwarn?: ((namespace: string, log: string) => void) | undefined;
	onerror?: ((namespace: string, log: string, error?: Error) => void) | undefined;
};

type LogEvents = {
	debug: [string, string];
	warn: [string, string];
	error: [string, string, Error?];
};

let emitter = new EnhancedEventEmitter<LogEvents>();

/**
 * Gives all logs of the library to the application, whatever `DEBUG` is.
 *
 * Replaces the listeners of an earlier call; without an argument there are none. What a listener
 * throws is ignored.
 */
export function setLogEventListeners(listeners: LogEventListeners = {}): void {
	const fresh = new EnhancedEventEmitter<LogEvents>();
	const { ondebug, onwarn, onerror } = listeners;
	if (ondebug) {
		fresh.on('debug', ondebug);
	}
	if (onwarn) {
		fresh.on('warn', onwarn);
	}
	if (onerror) {
		fresh.on('error', onerror);
	}
	emitter = fresh;
}

/** The logs of one component. */
export class Logger {
	/** By component: `debug` looks at the terminal for each of its own, and objects come by the thousand. */
	static readonly #all = new Map<string, Logger>();

	readonly #debug: debug.Debugger;
	readonly #warn: debug.Debugger;
	readonly #error: debug.Debugger;

	/** @param component - `Worker` and the like; the root of the library if not given. */
	constructor(component?: string) {
		const suffix = component ? `:${component}` : '';
		this.#debug = debug(`${ROOT}${suffix}`);
		this.#warn = debug(`${ROOT}:WARN${suffix}`);
		this.#error = debug(`${ROOT}:ERROR${suffix}`);
		this.#debug.log = console.debug.bind(console);
		this.#warn.log = console.warn.bind(console);
		this.#error.log = console.error.bind(console);
	}

	/** The one that all objects of a kind share. */
	static of(component: string): Logger {
		let logger = Logger.#all.get(component);
		if (!logger) {
			logger = new Logger(component);
			Logger.#all.set(component, logger);
		}
		return logger;
	}

	/** What happens. */
	debug(log: string): void {
		this.#debug('%s', log);
		emitter.safeEmit('debug', this.#debug.namespace, log);
	}

	/** What is odd. */
	warn(log: string): void {
		this.#warn('%s', log);
		emitter.safeEmit('warn', this.#warn.namespace, log);
	}

	/** What broke. */
	error(log: string, error?: Error): void {
		this.#error('%s', error ? `${log}: ${error}` : log);
		if (emitter.listenerCount('error') > 0) {
			emitter.safeEmit('error', this.#error.namespace, log, error);
		}
	}
}
