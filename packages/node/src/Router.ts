/** The router: a room within which producers and consumers meet. */

import { randomUUID } from 'node:crypto';

import type { RouterRtpCodecCapability, RtpCapabilities } from 'brodo-ortc';

import { ActiveSpeakerObserverImpl } from './ActiveSpeakerObserver';
import { AudioLevelObserverImpl } from './AudioLevelObserver';
import type { Channel } from './Channel';
import { copy } from './copy';
import type { DataProducerImpl } from './DataProducer';
import { DirectTransportImpl } from './DirectTransport';
import { checkAppData, Entity } from './Entity';
import * as ortc from './ortc';
import { PipeTransportImpl } from './PipeTransport';
import { type PipePair, pipeToRouter } from './pipe';
import { PlainTransportImpl } from './PlainTransport';
import type { ProducerImpl } from './Producer';
import type { Replies, RouterCall } from './protocol';
import type { RtpObserverImpl } from './RtpObserver';
import {
	wireAudioLevelObserverOptions,
	wireActiveSpeakerObserverOptions,
	wireDirectTransportOptions,
	wirePipeTransportOptions,
	wirePlainTransportOptions,
	wireWebRtcTransportOptions,
} from './routerOptions';
import type { TransportContext, TransportImpl } from './Transport';
import type { ActiveSpeakerObserver, ActiveSpeakerObserverOptions } from './types/activeSpeakerObserver';
import type { AppData } from './types/appData';
import type { AudioLevelObserver, AudioLevelObserverOptions } from './types/audioLevelObserver';
import type { DirectTransport, DirectTransportOptions } from './types/directTransport';
import type { PipeTransport, PipeTransportOptions } from './types/pipeTransport';
import type { PlainTransport, PlainTransportOptions } from './types/plainTransport';
import type {
	PipeToRouterOptions,
	PipeToRouterResult,
	Router,
	RouterDump,
	RouterEvents,
	RouterObserver,
} from './types/router';
import type { WebRtcTransport, WebRtcTransportOptions } from './types/webRtcTransport';
import type { WebRtcServerImpl } from './WebRtcServer';
import { WebRtcTransportImpl } from './WebRtcTransport';

type AnyTransport = TransportImpl<any, any, any>;
type AnyRtpObserver = RtpObserverImpl<any, any, any>;

export class RouterImpl<A extends AppData = AppData>
	extends Entity<RouterEvents, RouterObserver, A>
	implements Router<A>
{
	readonly #transports = new Map<string, AnyTransport>();
	readonly #producers = new Map<string, ProducerImpl>();
	readonly #dataProducers = new Map<string, DataProducerImpl>();
	readonly #rtpObservers = new Map<string, AnyRtpObserver>();
	/** @internal The transports to other routers, by their id. */
	readonly pipePairs = new Map<string, Promise<PipePair>>();
	#rtpCapabilities: RtpCapabilities;

	constructor(id: string, channel: Channel, rtpCapabilities: RtpCapabilities, appData?: A) {
		super('Router', id, channel, appData);
		this.#rtpCapabilities = rtpCapabilities;
	}

	get rtpCapabilities(): RtpCapabilities {
		return copy(this.#rtpCapabilities);
	}

	/** @internal */
	get transportsForTesting(): Map<string, AnyTransport> {
		return this.#transports;
	}

	/** @internal A producer of any transport. */
	producerById(id: string): ProducerImpl | undefined {
		return this.#producers.get(id);
	}

	/** @internal A data producer of any transport. */
	dataProducerById(id: string): DataProducerImpl | undefined {
		return this.#dataProducers.get(id);
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ router: [this.id, 'close'] });
		const transports = [...this.#transports.values()];
		this.#closeContent();
		for (const transport of transports) {
			// Servers forget what listened on them.
			transport.emit('@close');
		}
		this.emit('@close');
		this.endClose();
	}

	/** @internal The worker was closed, or has died. */
	workerClosed(): void {
		if (this.beginClose()) {
			this.#closeContent();
			this.endClose('workerclose');
		}
	}

	async dump(): Promise<RouterDump> {
		return this.#request('routerDump', 'dump');
	}

	async createWebRtcTransport<T extends AppData = AppData>(
		options: WebRtcTransportOptions<T>,
	): Promise<WebRtcTransport<T>> {
		checkAppData(options.appData);
		const id = randomUUID();
		const created = await this.#request('webRtcTransportCreated', {
			createWebRtcTransport: [id, wireWebRtcTransportOptions(options)],
		});
		const transport = new WebRtcTransportImpl(this.#contextOf(id, options.appData), created);
		this.#adoptTransport(transport);
		const server = options.webRtcServer as WebRtcServerImpl | undefined;
		if (server && !transport.closed) {
			server.handleWebRtcTransport(transport);
		}
		return transport;
	}

	async createPlainTransport<T extends AppData = AppData>(
		options: PlainTransportOptions<T>,
	): Promise<PlainTransport<T>> {
		checkAppData(options.appData);
		const id = randomUUID();
		const created = await this.#request('plainTransportCreated', {
			createPlainTransport: [id, wirePlainTransportOptions(options)],
		});
		const context = this.#contextOf(id, options.appData);
		const transport = new PlainTransportImpl(context, created, Boolean(options.comedia));
		this.#adoptTransport(transport);
		return transport;
	}

	async createPipeTransport<T extends AppData = AppData>(
		options: PipeTransportOptions<T>,
	): Promise<PipeTransport<T>> {
		checkAppData(options.appData);
		const id = randomUUID();
		const created = await this.#request('pipeTransportCreated', {
			createPipeTransport: [id, wirePipeTransportOptions(options)],
		});
		const context = this.#contextOf(id, options.appData);
		const transport = new PipeTransportImpl(context, created, Boolean(options.enableRtx));
		this.#adoptTransport(transport);
		return transport;
	}

	async createDirectTransport<T extends AppData = AppData>(
		options: DirectTransportOptions<T> = {},
	): Promise<DirectTransport<T>> {
		checkAppData(options.appData);
		const id = randomUUID();
		await this.#request('done', {
			createDirectTransport: [id, wireDirectTransportOptions(options)],
		});
		const transport = new DirectTransportImpl(this.#contextOf(id, options.appData));
		this.#adoptTransport(transport);
		return transport;
	}

	async pipeToRouter(options: PipeToRouterOptions): Promise<PipeToRouterResult> {
		return pipeToRouter(this, options);
	}

	async createActiveSpeakerObserver<T extends AppData = AppData>(
		options: ActiveSpeakerObserverOptions<T> = {},
	): Promise<ActiveSpeakerObserver<T>> {
		const wire = wireActiveSpeakerObserverOptions(options);
		checkAppData(options.appData);
		const id = randomUUID();
		await this.#request('done', { createActiveSpeakerObserver: [id, wire] });
		const rtpObserver = new ActiveSpeakerObserverImpl(this.#contextOf(id, options.appData));
		this.#adoptRtpObserver(rtpObserver);
		return rtpObserver;
	}

	async createAudioLevelObserver<T extends AppData = AppData>(
		options: AudioLevelObserverOptions<T> = {},
	): Promise<AudioLevelObserver<T>> {
		const wire = wireAudioLevelObserverOptions(options);
		checkAppData(options.appData);
		const id = randomUUID();
		await this.#request('done', { createAudioLevelObserver: [id, wire] });
		const rtpObserver = new AudioLevelObserverImpl(this.#contextOf(id, options.appData));
		this.#adoptRtpObserver(rtpObserver);
		return rtpObserver;
	}

	canConsume({
		producerId,
		rtpCapabilities,
	}: {
		producerId: string;
		rtpCapabilities: RtpCapabilities;
	}): boolean {
		const producer = this.#producers.get(producerId);
		if (!producer) {
			this.logger.error(`canConsume(): there is no producer ${producerId}`);
			return false;
		}
		try {
			return ortc.canConsume(producer.consumable, copy(rtpCapabilities));
		} catch (error) {
			this.logger.error('canConsume(): invalid rtpCapabilities', error as Error);
			return false;
		}
	}

	updateMediaCodecs(mediaCodecs: RouterRtpCodecCapability[]): void {
		this.#rtpCapabilities = ortc.generateRouterRtpCapabilities(copy(mediaCodecs));
	}

	#request<K extends keyof Replies>(expected: K, call: RouterCall): Promise<Replies[K]> {
		return this.channel.request(expected, { router: [this.id, call] });
	}

	#contextOf<T extends AppData>(id: string, appData: T | undefined): TransportContext<T> {
		return {
			id,
			channel: this.channel,
			appData,
			getRouterRtpCapabilities: () => this.#rtpCapabilities,
			getProducerById: (producerId) => this.#producers.get(producerId),
			getDataProducerById: (dataProducerId) => this.#dataProducers.get(dataProducerId),
		};
	}

	#adoptTransport(transport: AnyTransport): void {
		if (this.closed) {
			transport.routerClosed();
			return;
		}
		const forget = () => this.#transports.delete(transport.id);
		this.#transports.set(transport.id, transport);
		transport.on('@close', forget);
		transport.on('@listenserverclose', forget);
		transport.on('@newproducer', (producer: ProducerImpl) =>
			this.#producers.set(producer.id, producer),
		);
		transport.on('@producerclose', (producer: ProducerImpl) => this.#producers.delete(producer.id));
		transport.on('@newdataproducer', (dataProducer: DataProducerImpl) =>
			this.#dataProducers.set(dataProducer.id, dataProducer),
		);
		transport.on('@dataproducerclose', (dataProducer: DataProducerImpl) =>
			this.#dataProducers.delete(dataProducer.id),
		);
		this.observer.safeEmit('newtransport', transport);
	}

	#adoptRtpObserver(rtpObserver: AnyRtpObserver): void {
		if (this.closed) {
			rtpObserver.routerClosed();
			return;
		}
		this.#rtpObservers.set(rtpObserver.id, rtpObserver);
		rtpObserver.on('@close', () => this.#rtpObservers.delete(rtpObserver.id));
		this.observer.safeEmit('newrtpobserver', rtpObserver);
	}

	#closeContent(): void {
		for (const transport of this.#transports.values()) {
			transport.routerClosed();
		}
		for (const rtpObserver of this.#rtpObservers.values()) {
			rtpObserver.routerClosed();
		}
		this.#transports.clear();
		this.#rtpObservers.clear();
		this.#producers.clear();
		this.#dataProducers.clear();
		this.pipePairs.clear();
	}
}
