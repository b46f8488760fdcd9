/** What every transport has. */

import { randomUUID } from 'node:crypto';

import type { RtpCapabilities, RtpParameters } from 'brodo-ortc';

import type { Channel } from './Channel';
import { ConsumerImpl, wireLayers } from './Consumer';
import { copy } from './copy';
import { DataConsumerImpl, wireSubchannels } from './DataConsumer';
import { DataProducerImpl } from './DataProducer';
import { checkAppData, Entity, traceTypes } from './Entity';
import type { EnhancedEventEmitter } from './enhancedEvents';
import { NotFoundError } from './errors';
import * as ortc from './ortc';
import { ProducerImpl } from './Producer';
import type { Replies, TransportCall, TransportEvent } from './protocol';
import { wireEncoding, wireRtpMapping, wireRtpParameters } from './rtpWire';
import { streamParametersOf, wireStreamParameters } from './sctp';
import { StreamIds } from './StreamIds';
import type { AppData } from './types/appData';
import type { Consumer, ConsumerOptions } from './types/consumer';
import type { DataConsumer, DataConsumerOptions } from './types/dataConsumer';
import type { DataProducer, DataProducerOptions } from './types/dataProducer';
import type { Producer, ProducerOptions } from './types/producer';
import type { SctpStreamParameters } from './types/sctp';
import type {
	Transport,
	TransportEvents,
	TransportObserver,
	TransportTraceEventType,
	TransportType,
} from './types/transport';
import { bitrate, text, u32 } from './wire';

/** In the order of a dump. */
const TRACE_TYPES: readonly TransportTraceEventType[] = ['probation', 'bwe'];

/** Automatic MIDs begin anew at this. */
const MID_END = 100_000_000;

const CNAME_LENGTH = 8;

/** What a transport is made from, besides what its kind needs. */
export type TransportContext<A extends AppData> = {
	id: string;
	channel: Channel;
	appData: A | undefined;
	/** What endpoints may send to the router now. */
	getRouterRtpCapabilities: () => RtpCapabilities;
	/** Of any transport of the router. */
	getProducerById: (id: string) => ProducerImpl | undefined;
	/** Of any transport of the router. */
	getDataProducerById: (id: string) => DataProducerImpl | undefined;
};

export abstract class TransportImpl<
		A extends AppData = AppData,
		E extends TransportEvents = TransportEvents,
		O extends TransportObserver = TransportObserver,
	>
	extends Entity<E, O, A>
	implements Transport<A, E, O>
{
	readonly #context: TransportContext<A>;
	readonly #producers = new Map<string, ProducerImpl>();
	readonly #consumers = new Map<string, ConsumerImpl>();
	readonly #dataProducers = new Map<string, DataProducerImpl>();
	readonly #dataConsumers = new Map<string, DataConsumerImpl>();
	readonly #streamIds = new StreamIds();
	#nextMid = 0;
	#cname: string | undefined;

	constructor(component: string, context: TransportContext<A>) {
		super(component, context.id, context.channel, context.appData);
		this.#context = context;
		context.channel.subscribe(context.id, (event: TransportEvent) => this.#handleEvent(event));
	}

	abstract get type(): TransportType;

	/** @internal */
	get channelForTesting(): Channel {
		return this.channel;
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ transport: [this.id, 'close'] });
		this.#endTransport();
		this.#internal.emit('@close');
		this.endClose();
	}

	/** @internal The router was closed, or its worker. */
	routerClosed(): void {
		if (this.beginClose()) {
			this.#endTransport();
			this.endClose('routerclose');
		}
	}

	/** @internal The server was closed. */
	listenServerClosed(): void {
		if (this.beginClose()) {
			this.#endTransport();
			this.#internal.emit('@listenserverclose');
			this.endClose('listenserverclose');
		}
	}

	async dump(): Promise<any> {
		const { type: _, ...dump } = await this.request('transportDump', 'dump');
		return dump;
	}

	async getStats(): Promise<any[]> {
		return [await this.request('transportStats', 'getStats')];
	}

	abstract connect(params: unknown): Promise<void>;

	async setMaxIncomingBitrate(bits: number): Promise<void> {
		await this.request('done', { setMaxIncomingBitrate: bitrate(bits, 'bitrate') || null });
	}

	async setMaxOutgoingBitrate(bits: number): Promise<void> {
		await this.request('done', { setMaxOutgoingBitrate: bitrate(bits, 'bitrate') || null });
	}

	async setMinOutgoingBitrate(bits: number): Promise<void> {
		await this.request('done', { setMinOutgoingBitrate: bitrate(bits, 'bitrate') || null });
	}

	async produce<P extends AppData = AppData>(options: ProducerOptions<P>): Promise<Producer<P>> {
		const { id = randomUUID(), kind, paused = false, appData } = options;
		if (this.#producers.has(id)) {
			throw new TypeError(`id: there is a producer ${id} already`);
		}
		if (kind !== 'audio' && kind !== 'video') {
			throw new TypeError('kind: must be audio or video');
		}
		checkAppData(appData);
		const rtpParameters = this.#producerRtpParameters(options.rtpParameters);
		const routerCaps = this.#context.getRouterRtpCapabilities();
		const rtpMapping = ortc.getProducerRtpParametersMapping(rtpParameters, routerCaps);
		const consumable = ortc.getConsumableRtpParameters(kind, rtpParameters, routerCaps, rtpMapping);
		const { producerType: type } = await this.request('produced', {
			produce: {
				id,
				kind,
				rtpParameters: wireRtpParameters(rtpParameters),
				rtpMapping: wireRtpMapping(rtpMapping),
				keyFrameRequestDelay: u32(options.keyFrameRequestDelay),
				paused: Boolean(paused),
				enablePacketId: Boolean(options.enableMediasoupPacketIdHeaderExtension),
			},
		});
		const data = { kind, rtpParameters, type, consumableRtpParameters: consumable, paused };
		const producer = new ProducerImpl(id, this.channel, data, appData);
		this.#adoptProducer(producer);
		return producer;
	}

	async consume<C extends AppData = AppData>(options: ConsumerOptions<C>): Promise<Consumer<C>> {
		const { producerId, mid, paused = false, ignoreDtx = false, pipe = false, appData } = options;
		text(producerId || undefined, 'producerId');
		checkAppData(appData);
		if (mid && typeof mid !== 'string') {
			throw new TypeError('mid: must be a string');
		}
		const rtpCapabilities = copy(options.rtpCapabilities);
		ortc.validateAndNormalizeRtpCapabilities(rtpCapabilities);
		const producer = this.producer(producerId);
		const rtpParameters = ortc.getConsumerRtpParameters({
			consumableRtpParameters: producer.consumable,
			remoteRtpCapabilities: rtpCapabilities,
			pipe,
			enableRtx: options.enableRtx ?? producer.kind === 'video',
		});
		if (!pipe) {
			rtpParameters.mid = mid || this.#takeMid();
		}
		const { preferredLayers } = options;
		return this.consumeWith(producer, rtpParameters, {
			paused,
			ignoreDtx,
			pipe,
			preferredLayers: preferredLayers && wireLayers(preferredLayers),
			appData,
		});
	}

	async produceData<D extends AppData = AppData>(
		options: DataProducerOptions<D> = {},
	): Promise<DataProducer<D>> {
		const { id = randomUUID(), label = '', protocol = '', paused = false, appData } = options;
		if (this.#dataProducers.has(id)) {
			throw new TypeError(`id: there is a data producer ${id} already`);
		}
		checkAppData(appData);
		const stream = this.#producerStream(options);
		const produced = await this.request('dataProduced', {
			produceData: {
				id,
				sctpStreamParameters: stream && wireStreamParameters(stream),
				label: text(label, 'label'),
				protocol: text(protocol, 'protocol'),
				paused: Boolean(paused),
			},
		});
		const data = {
			type: produced.type,
			sctpStreamParameters: streamParametersOf(produced.sctpStreamParameters),
			label,
			protocol,
			paused: produced.paused,
		};
		const dataProducer = new DataProducerImpl(id, this.channel, data, appData);
		this.#adoptDataProducer(dataProducer);
		return dataProducer;
	}

	async consumeData<D extends AppData = AppData>(
		options: DataConsumerOptions<D>,
	): Promise<DataConsumer<D>> {
		const { dataProducerId, paused = false, subchannels = [], appData } = options;
		text(dataProducerId || undefined, 'dataProducerId');
		checkAppData(appData);
		const dataProducer = this.#context.getDataProducerById(dataProducerId);
		if (!dataProducer) {
			throw new NotFoundError(`there is no data producer ${dataProducerId}`);
		}
		const id = randomUUID();
		const stream = this.#consumerStream(options, dataProducer);
		const { label, protocol } = dataProducer;
		const consumed = await this.#withStream(stream, () =>
			this.request('dataConsumed', {
				consumeData: {
					id,
					dataProducerId,
					sctpStreamParameters: stream && wireStreamParameters(stream),
					label,
					protocol,
					paused: Boolean(paused),
					subchannels: wireSubchannels(subchannels),
				},
			}),
		);
		const { sctpStreamParameters, ...rest } = consumed;
		const data = {
			...rest,
			dataProducerId,
			sctpStreamParameters: streamParametersOf(sctpStreamParameters),
			label,
			protocol,
		};
		const dataConsumer = new DataConsumerImpl(id, this.channel, data, appData);
		this.#adoptDataConsumer(dataConsumer);
		return dataConsumer;
	}

	async enableTraceEvent(types: TransportTraceEventType[] = []): Promise<void> {
		await this.request('done', { enableTraceEvent: traceTypes(types, TRACE_TYPES) });
	}

	/** Asks the worker something of this transport. */
	protected request<K extends keyof Replies>(expected: K, call: TransportCall): Promise<Replies[K]> {
		return this.channel.request(expected, { transport: [this.id, call] });
	}

	/** A producer of the router. Throws a `NotFoundError`. */
	protected producer(id: string): ProducerImpl {
		const producer = this.#context.getProducerById(id);
		if (!producer) {
			throw new NotFoundError(`there is no producer ${id}`);
		}
		return producer;
	}

	/** Consumes with parameters that are negotiated already. */
	protected async consumeWith<C extends AppData>(
		producer: ProducerImpl,
		rtpParameters: RtpParameters,
		options: ConsumeWithOptions<C>,
	): Promise<ConsumerImpl<C>> {
		const id = randomUUID();
		const { kind, id: producerId } = producer;
		const { consumerType: type, preferredLayers, ...rest } = await this.request('consumed', {
			consume: {
				id,
				producerId,
				kind,
				rtpParameters: wireRtpParameters(rtpParameters),
				consumableRtpEncodings: (producer.consumable.encodings ?? []).map(wireEncoding),
				ignoreDtx: Boolean(options.ignoreDtx),
				paused: Boolean(options.paused),
				pipe: Boolean(options.pipe),
				preferredLayers: options.preferredLayers ?? null,
			},
		});
		const data = { ...rest, producerId, kind, rtpParameters, type, preferredLayers };
		const consumer = new ConsumerImpl(id, this.channel, data, options.appData);
		this.#adoptConsumer(consumer);
		return consumer;
	}

	/** SCTP has told how many streams there are. */
	protected limitStreams(count: number): void {
		this.#streamIds.limit(count);
	}

	/** Whether the producers of the transport share a CNAME. */
	protected get hasCommonCname(): boolean {
		return true;
	}

	/** Whether messages go over SCTP. */
	protected get hasStreams(): boolean {
		return true;
	}

	/** States that end with the transport. */
	protected handleClosed(): void {}

	/** What happens to this kind of transport. */
	protected abstract handleTransportEvent(event: TransportEvent): void;

	/** Events of ours, where TypeScript does not see that they are among `E`. */
	get #internal(): EnhancedEventEmitter<TransportEvents> {
		return this as unknown as EnhancedEventEmitter<TransportEvents>;
	}

	#handleEvent(event: TransportEvent): void {
		if (event === 'listenServerClose') {
			this.listenServerClosed();
		} else if ('trace' in event) {
			this.tell('trace', event.trace);
		} else if ('failed' in event) {
			this.logger.error(`closed by the worker: ${event.failed} [id:${this.id}]`);
			this.close();
		} else {
			this.handleTransportEvent(event);
		}
	}

	#endTransport(): void {
		this.handleClosed();
		for (const producer of this.#producers.values()) {
			producer.transportClosed();
			this.#internal.emit('@producerclose', producer as unknown as Producer);
		}
		for (const consumer of this.#consumers.values()) {
			consumer.transportClosed();
		}
		for (const dataProducer of this.#dataProducers.values()) {
			dataProducer.transportClosed();
			this.#internal.emit('@dataproducerclose', dataProducer);
		}
		for (const dataConsumer of this.#dataConsumers.values()) {
			dataConsumer.transportClosed();
		}
		this.#producers.clear();
		this.#consumers.clear();
		this.#dataProducers.clear();
		this.#dataConsumers.clear();
	}

	#producerRtpParameters(given: RtpParameters): RtpParameters {
		const rtpParameters = copy(given);
		ortc.validateAndNormalizeRtpParameters(rtpParameters);
		if (!rtpParameters.encodings?.length) {
			rtpParameters.encodings = [{}];
		}
		const rtcp = (rtpParameters.rtcp ??= {});
		if (this.hasCommonCname) {
			// One endpoint, one CNAME (RFC 7022 §4.2): the first producer tells.
			this.#cname ??= rtcp.cname || randomCname();
			rtcp.cname = this.#cname;
		} else {
			rtcp.cname ||= randomCname();
		}
		return rtpParameters;
	}

	#takeMid(): string {
		const mid = String(this.#nextMid);
		this.#nextMid = (this.#nextMid + 1) % MID_END;
		return mid;
	}

	#producerStream(options: DataProducerOptions): SctpStreamParameters | null {
		if (!this.hasStreams) {
			if (options.sctpStreamParameters) {
				this.logger.warn(`sctpStreamParameters ignored on a direct transport [id:${this.id}]`);
			}
			return null;
		}
		const stream = copy(options.sctpStreamParameters);
		ortc.validateAndNormalizeSctpStreamParameters(stream!);
		return stream!;
	}

	#consumerStream(
		options: DataConsumerOptions,
		dataProducer: DataProducerImpl,
	): SctpStreamParameters | null {
		const { ordered, maxPacketLifeTime, maxRetransmits } = options;
		if (!this.hasStreams) {
			if ((ordered ?? maxPacketLifeTime ?? maxRetransmits) !== undefined) {
				this.logger.warn(`ordered and limits ignored on a direct transport [id:${this.id}]`);
			}
			return null;
		}
		const stream: Omit<SctpStreamParameters, 'streamId'> = dataProducer.sctpStreamParameters ?? {
			ordered: true,
		};
		if (ordered === true) {
			return { streamId: this.#streamIds.take(), ordered };
		}
		if (ordered !== undefined) {
			stream.ordered = ordered;
		}
		if (maxPacketLifeTime !== undefined) {
			stream.maxPacketLifeTime = maxPacketLifeTime;
			stream.ordered = false;
		}
		if (maxRetransmits !== undefined) {
			stream.maxRetransmits = maxRetransmits;
			stream.ordered = false;
		}
		return { ...stream, streamId: this.#streamIds.take() };
	}

	/** Gives the stream back if it comes to nothing. */
	async #withStream<T>(stream: SctpStreamParameters | null, use: () => Promise<T>): Promise<T> {
		try {
			return await use();
		} catch (error) {
			if (stream) {
				this.#streamIds.free(stream.streamId);
			}
			throw error;
		}
	}

	#adoptProducer(producer: ProducerImpl<any>): void {
		if (this.closed) {
			producer.transportClosed();
			return;
		}
		this.#producers.set(producer.id, producer);
		producer.on('@close', () => {
			this.#producers.delete(producer.id);
			this.#internal.emit('@producerclose', producer);
		});
		this.#internal.emit('@newproducer', producer);
		this.observer.safeEmit('newproducer', producer);
	}

	#adoptConsumer(consumer: ConsumerImpl<any>): void {
		if (this.closed) {
			consumer.transportClosed();
			return;
		}
		const forget = () => this.#consumers.delete(consumer.id);
		this.#consumers.set(consumer.id, consumer);
		consumer.on('@close', forget);
		consumer.on('@producerclose', forget);
		this.observer.safeEmit('newconsumer', consumer);
	}

	#adoptDataProducer(dataProducer: DataProducerImpl<any>): void {
		if (this.closed) {
			dataProducer.transportClosed();
			return;
		}
		this.#dataProducers.set(dataProducer.id, dataProducer);
		dataProducer.on('@close', () => {
			this.#dataProducers.delete(dataProducer.id);
			this.#internal.emit('@dataproducerclose', dataProducer);
		});
		this.#internal.emit('@newdataproducer', dataProducer);
		this.observer.safeEmit('newdataproducer', dataProducer);
	}

	#adoptDataConsumer(dataConsumer: DataConsumerImpl<any>): void {
		if (this.closed) {
			dataConsumer.transportClosed();
			return;
		}
		const forget = () => {
			this.#dataConsumers.delete(dataConsumer.id);
			const { sctpStreamParameters } = dataConsumer;
			if (sctpStreamParameters) {
				this.#streamIds.free(sctpStreamParameters.streamId);
			}
		};
		this.#dataConsumers.set(dataConsumer.id, dataConsumer);
		dataConsumer.on('@close', forget);
		dataConsumer.on('@dataproducerclose', forget);
		this.observer.safeEmit('newdataconsumer', dataConsumer);
	}
}

/** How to consume, once the parameters are negotiated. */
export type ConsumeWithOptions<C extends AppData> = {
	paused?: boolean;
	ignoreDtx?: boolean;
	pipe: boolean;
	preferredLayers?: ReturnType<typeof wireLayers> | undefined;
	appData: C | undefined;
};

function randomCname(): string {
	return randomUUID().slice(0, CNAME_LENGTH);
}
