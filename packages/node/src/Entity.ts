/** What all objects of the API have: application data, and an end. */

import type { Channel } from './Channel';
import { EnhancedEventEmitter, type Events } from './enhancedEvents';
import { Logger } from './logger';
import type { AppData } from './types/appData';

/** Events that every object has. */
type EntityEvents = { listenererror: [string, Error] };

/** Events that every observer has. */
export type EntityObserverEvents = { close: [] };

/**
 * The application's data. Throws a `TypeError` if there is some and it is no object.
 */
export function checkAppData(appData: unknown): void {
	if (appData && typeof appData !== 'object') {
		throw new TypeError('appData: must be an object');
	}
}

/** A trace that an application wants. Unknown types are left out; throws a `TypeError` if it is no list of texts. */
export function traceTypes<T extends string>(types: unknown, known: readonly T[]): T[] {
	if (!Array.isArray(types)) {
		throw new TypeError('types: must be an array');
	}
	if (types.some((type) => typeof type !== 'string')) {
		throw new TypeError('types: must be strings');
	}
	return known.filter((type) => types.includes(type));
}

/** An object that lives in a worker. */
export abstract class Entity<
	E extends Events,
	O extends EnhancedEventEmitter<any>,
	A extends AppData,
> extends EnhancedEventEmitter<E> {
	readonly #id: string;
	readonly #observer: O;
	readonly #channel: Channel;
	readonly #logger: Logger;
	#appData: A;
	#isClosed = false;

	constructor(component: string, id: string, channel: Channel, appData: A | undefined) {
		super();
		this.#id = id;
		this.#channel = channel;
		this.#logger = Logger.of(component);
		this.#appData = appData || ({} as A);
		this.#observer = new EnhancedEventEmitter() as O;
		this.#logListenerErrors(this);
		this.#logListenerErrors(this.#observer);
	}

	get id(): string {
		return this.#id;
	}

	get closed(): boolean {
		return this.#isClosed;
	}

	get appData(): A {
		return this.#appData;
	}

	set appData(appData: A) {
		this.#appData = appData;
	}

	get observer(): O {
		return this.#observer;
	}

	protected get channel(): Channel {
		return this.#channel;
	}

	protected get logger(): Logger {
		return this.#logger;
	}

	/** Becomes closed; false if it was before. */
	protected beginClose(): boolean {
		if (this.#isClosed) {
			return false;
		}
		this.#isClosed = true;
		this.#channel.unsubscribe(this.#id);
		return true;
	}

	/** Tells the application of its end, and why if somebody else caused it. */
	protected endClose(reason?: string): void {
		if (reason) {
			(this as EnhancedEventEmitter<any>).safeEmit(reason);
		}
		this.#observer.safeEmit('close');
	}

	/** Tells the application on the object, then on its observer. */
	protected tell(eventName: string, ...args: unknown[]): void {
		(this as EnhancedEventEmitter<any>).safeEmit(eventName, ...args);
		this.#observer.safeEmit(eventName, ...args);
	}

	#logListenerErrors(emitter: EnhancedEventEmitter<any>): void {
		(emitter as EnhancedEventEmitter<EntityEvents>).on('listenererror', (eventName, error) =>
			this.#logger.error(`listener of ${eventName} failed [id:${this.#id}]`, error),
		);
	}
}
