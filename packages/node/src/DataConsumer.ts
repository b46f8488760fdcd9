/** Messages that we send to an endpoint. */

import type { SctpStreamParameters } from 'brodo-ortc';

import type { Channel } from './Channel';
import { copy } from './copy';
import { Entity } from './Entity';
import { wireMessage } from './message';
import type { DataConsumerCall, DataConsumerEvent, Replies } from './protocol';
import type { AppData } from './types/appData';
import type {
	DataConsumer,
	DataConsumerDump,
	DataConsumerEvents,
	DataConsumerObserver,
	DataConsumerStat,
	DataConsumerType,
} from './types/dataConsumer';
import { u16, u32 } from './wire';

/** What a data consumer is. */
export type DataConsumerData = {
	dataProducerId: string;
	type: DataConsumerType;
	sctpStreamParameters: SctpStreamParameters | undefined;
	label: string;
	protocol: string;
	paused: boolean;
	dataProducerPaused: boolean;
	subchannels: number[];
};

/** Subchannels for the worker: wrapped, each once. */
export function wireSubchannels(subchannels: number[]): number[] {
	return [...new Set(subchannels.map(u16))];
}

export class DataConsumerImpl<A extends AppData = AppData>
	extends Entity<DataConsumerEvents, DataConsumerObserver, A>
	implements DataConsumer<A>
{
	readonly #data: DataConsumerData;
	#isPaused: boolean;
	#isDataProducerPaused: boolean;
	#subchannels: number[];

	constructor(id: string, channel: Channel, data: DataConsumerData, appData?: A) {
		super('DataConsumer', id, channel, appData);
		this.#data = data;
		this.#isPaused = data.paused;
		this.#isDataProducerPaused = data.dataProducerPaused;
		this.#subchannels = data.subchannels;
		channel.subscribe(id, (event: DataConsumerEvent) => this.#handleEvent(event));
	}

	get dataProducerId(): string {
		return this.#data.dataProducerId;
	}

	get type(): DataConsumerType {
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

	get dataProducerPaused(): boolean {
		return this.#isDataProducerPaused;
	}

	get subchannels(): number[] {
		return [...this.#subchannels];
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ dataConsumer: [this.id, 'close'] });
		this.emit('@close');
		this.endClose();
	}

	/** @internal The transport was closed. */
	transportClosed(): void {
		if (this.beginClose()) {
			this.endClose('transportclose');
		}
	}

	async dump(): Promise<DataConsumerDump> {
		return this.#request('dataConsumerDump', 'dump');
	}

	async getStats(): Promise<DataConsumerStat[]> {
		return [await this.#request('dataConsumerStats', 'getStats')];
	}

	async pause(): Promise<void> {
		await this.#request('done', 'pause');
		const wasPaused = this.#isPaused;
		this.#isPaused = true;
		if (!wasPaused && !this.#isDataProducerPaused) {
			this.observer.safeEmit('pause');
		}
	}

	async resume(): Promise<void> {
		await this.#request('done', 'resume');
		const wasPaused = this.#isPaused;
		this.#isPaused = false;
		if (wasPaused && !this.#isDataProducerPaused) {
			this.observer.safeEmit('resume');
		}
	}

	async setBufferedAmountLowThreshold(threshold: number): Promise<void> {
		await this.#request('done', { setBufferedAmountLowThreshold: u32(threshold) });
	}

	async send(message: string | Buffer, ppid?: number): Promise<number> {
		return this.#request('bufferedAmount', { send: wireMessage(message, ppid) });
	}

	async getBufferedAmount(): Promise<number> {
		return this.#request('bufferedAmount', 'getBufferedAmount');
	}

	async setSubchannels(subchannels: number[]): Promise<void> {
		this.#subchannels = await this.#request('subchannels', {
			setSubchannels: wireSubchannels(subchannels),
		});
	}

	async addSubchannel(subchannel: number): Promise<void> {
		this.#subchannels = await this.#request('subchannels', { addSubchannel: u16(subchannel) });
	}

	async removeSubchannel(subchannel: number): Promise<void> {
		this.#subchannels = await this.#request('subchannels', { removeSubchannel: u16(subchannel) });
	}

	#request<K extends keyof Replies>(expected: K, call: DataConsumerCall): Promise<Replies[K]> {
		return this.channel.request(expected, { dataConsumer: [this.id, call] });
	}

	#handleEvent(event: DataConsumerEvent): void {
		switch (event) {
			case 'dataProducerClose':
				this.#closeBecause('dataproducerclose');
				break;
			case 'streamClosed':
				this.#closeBecause('streamclose');
				break;
			case 'dataProducerPause':
			case 'dataProducerResume':
				this.#handleDataProducerPaused(event === 'dataProducerPause');
				break;
			case 'sctpSendBufferFull':
				this.safeEmit('sctpsendbufferfull');
				break;
			default:
				this.#handleData(event);
		}
	}

	#handleData(event: Exclude<DataConsumerEvent, string>): void {
		if ('message' in event) {
			this.safeEmit('message', event.message.data, event.message.ppid);
		} else {
			this.safeEmit('bufferedamountlow', event.bufferedAmountLow);
		}
	}

	#handleDataProducerPaused(isPaused: boolean): void {
		if (this.#isDataProducerPaused === isPaused) {
			return;
		}
		this.#isDataProducerPaused = isPaused;
		this.safeEmit(isPaused ? 'dataproducerpause' : 'dataproducerresume');
		if (!this.#isPaused) {
			this.observer.safeEmit(isPaused ? 'pause' : 'resume');
		}
	}

	#closeBecause(reason: 'dataproducerclose' | 'streamclose'): void {
		if (this.beginClose()) {
			this.emit('@dataproducerclose');
			this.endClose(reason);
		}
	}
}
