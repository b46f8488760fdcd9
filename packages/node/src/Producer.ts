/** Media that an endpoint sends to us. */

import type { MediaKind, RtpParameters } from 'brodo-ortc';

import type { Channel } from './Channel';
import { copy } from './copy';
import { Entity, traceTypes } from './Entity';
import type { ProducerCall, ProducerEvent, Replies } from './protocol';
import { rtpParametersOfDump } from './rtpWire';
import type { AppData } from './types/appData';
import type {
	Producer,
	ProducerDump,
	ProducerEvents,
	ProducerObserver,
	ProducerScore,
	ProducerStat,
	ProducerTraceEventType,
	ProducerType,
} from './types/producer';

/** In the order of a dump. */
const TRACE_TYPES: readonly ProducerTraceEventType[] = ['rtp', 'keyframe', 'nack', 'pli', 'fir', 'sr'];

/** Bytes of the largest RTP packet that the worker is given. */
const PACKET_SIZE_MAX = 65_536;

/** What a producer is. */
export type ProducerData = {
	kind: MediaKind;
	rtpParameters: RtpParameters;
	type: ProducerType;
	consumableRtpParameters: RtpParameters;
	paused: boolean;
};

export class ProducerImpl<A extends AppData = AppData>
	extends Entity<ProducerEvents, ProducerObserver, A>
	implements Producer<A>
{
	readonly #data: ProducerData;
	#isPaused: boolean;
	#score: ProducerScore[] = [];

	constructor(id: string, channel: Channel, data: ProducerData, appData?: A) {
		super('Producer', id, channel, appData);
		this.#data = data;
		this.#isPaused = data.paused;
		channel.subscribe(id, (event: ProducerEvent) => this.#handleEvent(event));
	}

	get kind(): MediaKind {
		return this.#data.kind;
	}

	get rtpParameters(): RtpParameters {
		return copy(this.#data.rtpParameters);
	}

	get type(): ProducerType {
		return this.#data.type;
	}

	get consumableRtpParameters(): RtpParameters {
		return copy(this.#data.consumableRtpParameters);
	}

	/** @internal As they are, for who only reads them. */
	get consumable(): RtpParameters {
		return this.#data.consumableRtpParameters;
	}

	get paused(): boolean {
		return this.#isPaused;
	}

	get score(): ProducerScore[] {
		return copy(this.#score);
	}

	/** @internal */
	get channelForTesting(): Channel {
		return this.channel;
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ producer: [this.id, 'close'] });
		this.emit('@close');
		this.endClose();
	}

	/** @internal The transport was closed. */
	transportClosed(): void {
		if (this.beginClose()) {
			this.endClose('transportclose');
		}
	}

	async dump(): Promise<ProducerDump> {
		const dump = await this.#request('producerDump', 'dump');
		return {
			...dump,
			rtpParameters: rtpParametersOfDump(dump.rtpParameters),
			rtpStreams: dump.rtpStreams.length > 0 ? dump.rtpStreams : undefined,
		};
	}

	async getStats(): Promise<ProducerStat[]> {
		return this.#request('producerStats', 'getStats');
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

	async enableTraceEvent(types: ProducerTraceEventType[] = []): Promise<void> {
		await this.#request('done', { enableTraceEvent: traceTypes(types, TRACE_TYPES) });
	}

	send(rtpPacket: Buffer): void {
		if (!Buffer.isBuffer(rtpPacket)) {
			throw new TypeError('rtpPacket: must be a Buffer');
		}
		if (rtpPacket.length > PACKET_SIZE_MAX) {
			this.logger.warn(`RTP packet of ${rtpPacket.length} bytes dropped [id:${this.id}]`);
			return;
		}
		this.channel.command({ producerSend: [this.id, rtpPacket] });
	}

	#request<K extends keyof Replies>(expected: K, call: ProducerCall): Promise<Replies[K]> {
		return this.channel.request(expected, { producer: [this.id, call] });
	}

	#handleEvent(event: ProducerEvent): void {
		if ('score' in event) {
			this.#score = event.score;
			this.tell('score', event.score);
		} else if ('videoOrientationChange' in event) {
			this.tell('videoorientationchange', event.videoOrientationChange);
		} else {
			this.tell('trace', { ...event.trace, info: event.trace.info ?? undefined });
		}
	}
}
