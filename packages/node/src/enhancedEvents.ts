/** An event emitter with typed events, which survives listeners that throw. */

import { EventEmitter, once } from 'node:events';

/** The events of an emitter: their names, and what their listeners get. */
export type Events = Record<string, any[]>;

/** What {@link EnhancedEventEmitter.safeEmit} tells of a listener that threw. */
type WithListenerError<E extends Events> = E & { listenererror: [string, Error] };

type Name<E extends Events> = keyof WithListenerError<E> & string;
type Args<E extends Events, K extends Name<E>> = WithListenerError<E>[K];
type Listener<E extends Events, K extends Name<E>> = (...args: Args<E, K>) => void;

/** Node's `EventEmitter`, typed, without a limit of listeners, and with {@link safeEmit}. */
export class EnhancedEventEmitter<E extends Events = Events> extends EventEmitter {
	constructor() {
		super();
		this.setMaxListeners(Infinity);
	}

	override emit<K extends Name<E>>(eventName: K, ...args: Args<E, K>): boolean {
		return super.emit(eventName, ...args);
	}

	/**
	 * Emits an event whose listeners may throw: what they throw is given to `listenererror` listeners,
	 * together with the name of the event. Later listeners of this event are not called then.
	 *
	 * @returns whether somebody listens.
	 */
	safeEmit<K extends Name<E>>(eventName: K, ...args: Args<E, K>): boolean {
		try {
			return super.emit(eventName, ...args);
		} catch (error) {
			try {
				super.emit('listenererror', eventName, error);
			} catch {
				// Whoever cannot even listen to errors is not told about his own.
			}
			return super.listenerCount(eventName) > 0;
		}
	}

	override on<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.on(eventName, listener as (...args: any[]) => void);
	}

	override off<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.off(eventName, listener as (...args: any[]) => void);
	}

	override addListener<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.addListener(eventName, listener as (...args: any[]) => void);
	}

	override prependListener<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.prependListener(eventName, listener as (...args: any[]) => void);
	}

	override once<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.once(eventName, listener as (...args: any[]) => void);
	}

	override prependOnceListener<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.prependOnceListener(eventName, listener as (...args: any[]) => void);
	}

	override removeListener<K extends Name<E>>(eventName: K, listener: Listener<E, K>): this {
		return super.removeListener(eventName, listener as (...args: any[]) => void);
	}

	override removeAllListeners<K extends Name<E>>(eventName?: K): this {
		// Node tells "all of no name" from "all" by the number of arguments.
		return eventName === undefined ? super.removeAllListeners() : super.removeAllListeners(eventName);
	}

	override listenerCount<K extends Name<E>>(eventName: K): number {
		return super.listenerCount(eventName);
	}

	override listeners<K extends Name<E>>(eventName: K): Function[] {
		return super.listeners(eventName);
	}

	override rawListeners<K extends Name<E>>(eventName: K): Function[] {
		return super.rawListeners(eventName);
	}
}

/** How long {@link enhancedOnce} waits. */
export type EnhancedOnceOptions = {
	/** Rejects with an `AbortError` when aborted. */
	signal?: AbortSignal;
};

/**
 * The arguments of the next such event, as an array.
 *
 * Rejects if the emitter emits `error` first, or if `options.signal` is aborted.
 */
export async function enhancedOnce<E extends Events = Events>(
	emitter: EnhancedEventEmitter<E>,
	eventName: Name<E>,
	options?: EnhancedOnceOptions,
): Promise<any[]> {
	return once(emitter, eventName, options);
}
