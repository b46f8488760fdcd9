/** What every observer of producers has. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { Producer } from './producer';

export type RtpObserverType = 'activespeaker' | 'audiolevel';

export type RtpObserverEvents = {
	routerclose: [];
	listenererror: [string, Error];
	'@close': [];
};

export type RtpObserverObserver = EnhancedEventEmitter<RtpObserverObserverEvents>;

export type RtpObserverObserverEvents = {
	close: [];
	pause: [];
	resume: [];
	addproducer: [Producer];
	removeproducer: [Producer];
};

/** Someone who listens to producers and tells what he hears. */
export interface RtpObserver<
	RtpObserverAppData extends AppData = AppData,
	Events extends RtpObserverEvents = RtpObserverEvents,
	Observer extends RtpObserverObserver = RtpObserverObserver,
> extends EnhancedEventEmitter<Events> {
	get id(): string;
	get closed(): boolean;
	get type(): RtpObserverType;
	get paused(): boolean;
	get appData(): RtpObserverAppData;
	set appData(appData: RtpObserverAppData);
	get observer(): Observer;

	/** Closes it. Does nothing if closed. */
	close(): void;

	/**
	 * Stops observing.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	pause(): Promise<void>;

	/**
	 * Observes again.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	resume(): Promise<void>;

	/**
	 * Observes one more.
	 *
	 * @throws TypeError if it is not audio; NotFoundError if there is no such producer in the router, or if
	 * closed; WorkerClosedError
	 */
	addProducer(options: { producerId: string }): Promise<void>;

	/**
	 * Observes one less.
	 *
	 * @throws NotFoundError if there is no such producer in the router, or if closed; WorkerClosedError
	 */
	removeProducer(options: { producerId: string }): Promise<void>;
}
