/** An event emitter with typed events, which survives listeners that throw. */

import { EventEmitter, once } from 'node:events';

/** The events of an emitter: their names, and what their listeners get. */
export type Events = Record<string, any[]>;

type Name<E extends Events> = keyof E & string;
type Listener<A extends any[]> = (...args: A) => void;

/** Node's `EventEmitter`, typed, without a limit of listeners, and with {@link safeEmit}. */
export class EnhancedEventEmitter<E extends Events = Events> extends EventEmitter {
	constructor() {
		super();
		this.setMaxListeners(Infinity);
	}

	override emit<K extends Name<E>>(eventName: K, ...args: E[K]): boolean {
		return super.emit(eventName, ...args);
	}

	/**
	 * Emits an event whose listeners may throw: what they throw is given to `listenererror` listeners,
	 * together with the name of the event. Later listeners of this event are not called then.
	 *
	 * @returns whether somebody listens.
	 */
	safeEmit<K extends Name<E>>(eventName: K, ...args: E[K]): boolean {
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

	override on<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.on(eventName, listener as Listener<any[]>);
	}

	override off<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.off(eventName, listener as Listener<any[]>);
	}

	override addListener<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.addListener(eventName, listener as Listener<any[]>);
	}

	override prependListener<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.prependListener(eventName, listener as Listener<any[]>);
	}

	override once<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.once(eventName, listener as Listener<any[]>);
	}

	override prependOnceListener<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.prependOnceListener(eventName, listener as Listener<any[]>);
	}

	override removeListener<K extends Name<E>>(eventName: K, listener: Listener<E[K]>): this {
		return super.removeListener(eventName, listener as Listener<any[]>);
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
