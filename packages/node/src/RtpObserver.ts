/** What every observer of producers has. */

import type { Channel } from './Channel';
import { Entity } from './Entity';
import { NotFoundError } from './errors';
import type { ProducerImpl } from './Producer';
import type { RtpObserverCall, RtpObserverEvent } from './protocol';
import type { AppData } from './types/appData';
import type {
	RtpObserver,
	RtpObserverEvents,
	RtpObserverObserver,
	RtpObserverType,
} from './types/rtpObserver';

/** What an observer is made from. */
export type RtpObserverContext<A extends AppData> = {
	id: string;
	channel: Channel;
	appData: A | undefined;
	/** Of any transport of the router. */
	getProducerById: (id: string) => ProducerImpl | undefined;
};

export abstract class RtpObserverImpl<
		A extends AppData = AppData,
		E extends RtpObserverEvents = RtpObserverEvents,
		O extends RtpObserverObserver = RtpObserverObserver,
	>
	extends Entity<E, O, A>
	implements RtpObserver<A, E, O>
{
	readonly #getProducerById: (id: string) => ProducerImpl | undefined;
	#isPaused = false;

	constructor(component: string, { id, channel, appData, getProducerById }: RtpObserverContext<A>) {
		super(component, id, channel, appData);
		this.#getProducerById = getProducerById;
		channel.subscribe(id, (event: RtpObserverEvent) => this.handleEvent(event));
	}

	abstract get type(): RtpObserverType;

	get paused(): boolean {
		return this.#isPaused;
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ rtpObserver: [this.id, 'close'] });
		this.emit('@close', ...([] as unknown as E['@close']));
		this.endClose();
	}

	/** @internal The router was closed, or its worker. */
	routerClosed(): void {
		if (this.beginClose()) {
			this.endClose('routerclose');
		}
	}

	async pause(): Promise<void> {
		await this.#request('pause');
		const wasPaused = this.#isPaused;
		this.#isPaused = true;
		if (!wasPaused) {
			this.observer.safeEmit('pause');
		}
	}

	async resume(): Promise<void> {
		await this.#request('resume');
		const wasPaused = this.#isPaused;
		this.#isPaused = false;
		if (wasPaused) {
			this.observer.safeEmit('resume');
		}
	}

	async addProducer({ producerId }: { producerId: string }): Promise<void> {
		const producer = this.#producer(producerId);
		await this.#request({ addProducer: producerId });
		this.observer.safeEmit('addproducer', producer);
	}

	async removeProducer({ producerId }: { producerId: string }): Promise<void> {
		const producer = this.#producer(producerId);
		await this.#request({ removeProducer: producerId });
		this.observer.safeEmit('removeproducer', producer);
	}

	/** What happens to this kind of observer. */
	protected abstract handleEvent(event: RtpObserverEvent): void;

	/** A producer that an event speaks of; it may have been closed meanwhile. */
	protected producerOfEvent(id: string): ProducerImpl | undefined {
		return this.#getProducerById(id);
	}

	#producer(id: string): ProducerImpl {
		const producer = this.#getProducerById(id);
		if (!producer) {
			throw new NotFoundError(`there is no producer ${id}`);
		}
		return producer;
	}

	async #request(call: RtpObserverCall): Promise<void> {
		await this.channel.request('done', { rtpObserver: [this.id, call] });
	}
}
