/** Media that we send to an endpoint. */

import type { MediaKind, RtpParameters } from 'brodo-ortc';

import type { Channel } from './Channel';
import { Entity, traceTypes } from './Entity';
import type { ConsumerCall, ConsumerEvent, Replies, WireLayers } from './protocol';
import { encodingOfDump, rtpParametersOfDump } from './rtpWire';
import type { AppData } from './types/appData';
import type {
	Consumer,
	ConsumerDump,
	ConsumerEvents,
	ConsumerLayers,
	ConsumerObserver,
	ConsumerScore,
	ConsumerStat,
	ConsumerTraceEventType,
	ConsumerType,
} from './types/consumer';
import { u8 } from './wire';

/** In the order of a dump. */
const TRACE_TYPES: readonly ConsumerTraceEventType[] = ['rtp', 'keyframe', 'nack', 'pli', 'fir'];

const PRIORITY_DEFAULT = 1;

/** What a consumer is. */
export type ConsumerData = {
	producerId: string;
	kind: MediaKind;
	rtpParameters: RtpParameters;
	type: ConsumerType;
	paused: boolean;
	producerPaused: boolean;
	score: ConsumerScore;
	preferredLayers: ConsumerLayers | undefined;
};

/** Layers for the worker. Throws a `TypeError` if one is no number. */
export function wireLayers({ spatialLayer, temporalLayer }: ConsumerLayers): WireLayers {
	if (typeof spatialLayer !== 'number') {
		throw new TypeError('spatialLayer: must be a number');
	}
	const hasTemporal = temporalLayer !== undefined && temporalLayer !== null;
	if (hasTemporal && typeof temporalLayer !== 'number') {
		throw new TypeError('temporalLayer: must be a number');
	}
	return { spatialLayer: u8(spatialLayer), temporalLayer: hasTemporal ? u8(temporalLayer) : null };
}

export class ConsumerImpl<A extends AppData = AppData>
	extends Entity<ConsumerEvents, ConsumerObserver, A>
	implements Consumer<A>
{
	readonly #data: ConsumerData;
	#isPaused: boolean;
	#isProducerPaused: boolean;
	#priority = PRIORITY_DEFAULT;
	#score: ConsumerScore;
	#preferredLayers: ConsumerLayers | undefined;
	#currentLayers: ConsumerLayers | undefined;

	constructor(id: string, channel: Channel, data: ConsumerData, appData?: A) {
		super('Consumer', id, channel, appData);
		this.#data = data;
		this.#isPaused = data.paused;
		this.#isProducerPaused = data.producerPaused;
		this.#score = data.score;
		this.#preferredLayers = data.preferredLayers;
		channel.subscribe(id, (event: ConsumerEvent) => this.#handleEvent(event));
	}

	get producerId(): string {
		return this.#data.producerId;
	}

	get kind(): MediaKind {
		return this.#data.kind;
	}

	get rtpParameters(): RtpParameters {
		return structuredClone(this.#data.rtpParameters);
	}

	get type(): ConsumerType {
		return this.#data.type;
	}

	get paused(): boolean {
		return this.#isPaused;
	}

	get producerPaused(): boolean {
		return this.#isProducerPaused;
	}

	get priority(): number {
		return this.#priority;
	}

	get score(): ConsumerScore {
		return structuredClone(this.#score);
	}

	get preferredLayers(): ConsumerLayers | undefined {
		return structuredClone(this.#preferredLayers);
	}

	get currentLayers(): ConsumerLayers | undefined {
		return structuredClone(this.#currentLayers);
	}

	/** @internal */
	get channelForTesting(): Channel {
		return this.channel;
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ consumer: [this.id, 'close'] });
		this.emit('@close');
		this.endClose();
	}

	/** @internal The transport was closed. */
	transportClosed(): void {
		if (this.beginClose()) {
			this.endClose('transportclose');
		}
	}

	async dump(): Promise<ConsumerDump> {
		const dump = await this.#request('consumerDump', 'dump');
		return {
			...dump,
			rtpParameters: rtpParametersOfDump(dump.rtpParameters),
			consumableRtpEncodings: dump.consumableRtpEncodings.map(encodingOfDump),
		};
	}

	async getStats(): Promise<ConsumerStat[]> {
		const { outbound, inbound } = await this.#request('consumerStats', 'getStats');
		return inbound ? [...outbound, inbound] : outbound;
	}

	async pause(): Promise<void> {
		await this.#request('done', 'pause');
		const wasPaused = this.#isPaused;
		this.#isPaused = true;
		if (!wasPaused && !this.#isProducerPaused) {
			this.observer.safeEmit('pause');
		}
	}

	async resume(): Promise<void> {
		await this.#request('done', 'resume');
		const wasPaused = this.#isPaused;
		this.#isPaused = false;
		if (wasPaused && !this.#isProducerPaused) {
			this.observer.safeEmit('resume');
		}
	}

	async setPreferredLayers(layers: ConsumerLayers): Promise<void> {
		this.#preferredLayers = await this.#request('preferredLayers', {
			setPreferredLayers: wireLayers(layers),
		});
	}

	async setPriority(priority: number): Promise<void> {
		if (typeof priority !== 'number' || priority < 0) {
			throw new TypeError('priority: must be a number from 1 to 255');
		}
		const wanted = u8(priority);
		await this.#request('done', { setPriority: wanted });
		this.#priority = wanted;
	}

	async unsetPriority(): Promise<void> {
		await this.setPriority(PRIORITY_DEFAULT);
	}

	async requestKeyFrame(): Promise<void> {
		await this.#request('done', 'requestKeyFrame');
	}

	async enableTraceEvent(types: ConsumerTraceEventType[] = []): Promise<void> {
		await this.#request('done', { enableTraceEvent: traceTypes(types, TRACE_TYPES) });
	}

	#request<K extends keyof Replies>(expected: K, call: ConsumerCall): Promise<Replies[K]> {
		return this.channel.request(expected, { consumer: [this.id, call] });
	}

	#handleEvent(event: ConsumerEvent): void {
		if (typeof event === 'string') {
			this.#handleProducerEvent(event);
		} else if ('rtp' in event) {
			this.safeEmit('rtp', event.rtp);
		} else if ('score' in event) {
			this.#score = event.score;
			this.tell('score', event.score);
		} else if ('layersChange' in event) {
			this.#currentLayers = event.layersChange;
			this.tell('layerschange', event.layersChange);
		} else {
			this.tell('trace', { ...event.trace, info: event.trace.info ?? undefined });
		}
	}

	#handleProducerEvent(event: 'producerClose' | 'producerPause' | 'producerResume'): void {
		if (event === 'producerClose') {
			this.#producerClosed();
			return;
		}
		const isPaused = event === 'producerPause';
		if (this.#isProducerPaused === isPaused) {
			return;
		}
		this.#isProducerPaused = isPaused;
		this.safeEmit(isPaused ? 'producerpause' : 'producerresume');
		if (!this.#isPaused) {
			this.observer.safeEmit(isPaused ? 'pause' : 'resume');
		}
	}

	#producerClosed(): void {
		if (this.beginClose()) {
			this.emit('@producerclose');
			this.endClose('producerclose');
		}
	}
}
