/** Messages that an endpoint sends to us. */

import type { SctpStreamParameters } from 'brodo-ortc';

import type { Channel } from './Channel';
import { copy } from './copy';
import { Entity } from './Entity';
import { wireMessage } from './message';
import type { DataProducerCall, Replies } from './protocol';
import type { AppData } from './types/appData';
import type {
	DataProducer,
	DataProducerDump,
	DataProducerEvents,
	DataProducerObserver,
	DataProducerStat,
	DataProducerType,
} from './types/dataProducer';
import { maybe, u16 } from './wire';

/** What a data producer is. */
export type DataProducerData = {
	type: DataProducerType;
	sctpStreamParameters: SctpStreamParameters | undefined;
	label: string;
	protocol: string;
	paused: boolean;
};

export class DataProducerImpl<A extends AppData = AppData>
	extends Entity<DataProducerEvents, DataProducerObserver, A>
	implements DataProducer<A>
{
	readonly #data: DataProducerData;
	#isPaused: boolean;

	constructor(id: string, channel: Channel, data: DataProducerData, appData?: A) {
		super('DataProducer', id, channel, appData);
		this.#data = data;
		this.#isPaused = data.paused;
	}

	get type(): DataProducerType {
		return this.#data.type;
	}

	get sctpStreamParameters(): SctpStreamParameters | undefined {
		return copy(this.#data.sctpStreamParameters);
	}

	get label(): string {
		return this.#data.label;
	}

	get protocol(): string {
		return this.#data.protocol;
	}

	get paused(): boolean {
		return this.#isPaused;
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ dataProducer: [this.id, 'close'] });
		this.emit('@close');
		this.endClose();
	}

	/** @internal The transport was closed. */
	transportClosed(): void {
		if (this.beginClose()) {
			this.endClose('transportclose');
		}
	}

	async dump(): Promise<DataProducerDump> {
		return this.#request('dataProducerDump', 'dump');
	}

	async getStats(): Promise<DataProducerStat[]> {
		return [await this.#request('dataProducerStats', 'getStats')];
	}

	async pause(): Promise<void> {
		await this.#request('done', 'pause');
		const wasPaused = this.#isPaused;
		this.#isPaused = true;
		if (!wasPaused) {
			this.observer.safeEmit('pause');
		}
	}

	async resume(): Promise<void> {
		await this.#request('done', 'resume');
		const wasPaused = this.#isPaused;
		this.#isPaused = false;
		if (wasPaused) {
			this.observer.safeEmit('resume');
		}
	}

	send(
		message: string | Buffer,
		ppid?: number,
		subchannels: number[] = [],
		requiredSubchannel?: number,
		ignoredSubchannel?: number,
	): void {
		const audience = {
			subchannels: [...new Set(subchannels.map(u16))],
			requiredSubchannel: maybe(requiredSubchannel, u16),
			ignoredSubchannel: maybe(ignoredSubchannel, u16),
		};
		this.channel.command({ dataProducerSend: [this.id, wireMessage(message, ppid), audience] });
	}

	#request<K extends keyof Replies>(expected: K, call: DataProducerCall): Promise<Replies[K]> {
		return this.channel.request(expected, { dataProducer: [this.id, call] });
	}
}
