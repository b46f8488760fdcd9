/** What we send: a producer for each source that is on. */

import { signal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import type { VideoCodec } from '../options';
import { LostError } from '../signalling/exchange';
import { openCamera, openMicrophone, openScreen } from './devices';
import type { Ask, Link } from './link';
import type { Source } from './roster';
import { say } from './toasts';

export interface Sent {
	readonly source: Source;
	readonly track: MediaStreamTrack;
	readonly muted: boolean;
	readonly producer: types.Producer | undefined;
}

/** Bits a second. One layer for everybody, so not more than a plain home connection takes. */
const BITRATE_MAX: Readonly<Record<Source, number>> = { mic: 64_000, cam: 1_500_000, screen: 2_500_000 };

export class LocalMedia {
	readonly sent = signal<readonly Sent[]>([]);
	#closed = false;
	/** One after another, so that no source is sent twice. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly link: Link,
		private readonly ask: Ask,
		private readonly codec: VideoCodec | undefined,
	) {}

	find(source: Source): Sent | undefined {
		return this.sent.value.find((one) => one.source === source);
	}

	isOn(source: Source): boolean {
		return this.find(source)?.muted === false;
	}

	/** Opens the source if it is not, or mutes it, or unmutes it. A screen is stopped, not muted. */
	async toggle(source: Source): Promise<void> {
		const one = this.find(source);
		try {
			if (one === undefined) {
				await this.open(source);
				await this.#inTurn(() => this.#produce(source));
			} else if (source === 'screen') {
				await this.stop(source);
			} else {
				await this.#mute(one, !one.muted);
			}
		} catch (error) {
			this.#report(error);
		}
	}

	/** Opens a source; what is open is sent once there is a transport. */
	async open(source: Source): Promise<void> {
		if (this.find(source) !== undefined) {
			return;
		}
		const openers = { mic: openMicrophone, cam: openCamera, screen: openScreen };
		const track = await openers[source]();
		if (this.#closed) {
			track.stop();
			return;
		}
		track.addEventListener('ended', () => {
			this.stop(source).catch((error: unknown) => this.#report(error));
		});
		this.sent.value = [...this.sent.value, { source, track, muted: false, producer: undefined }];
	}

	async stop(source: Source): Promise<void> {
		const one = this.find(source);
		if (one === undefined) {
			return;
		}
		this.sent.value = this.sent.value.filter((other) => other !== one);
		one.producer?.close();
		one.track.stop();
		if (one.producer !== undefined) {
			await this.ask('closeProducer', { producerId: one.producer.id });
		}
	}

	/** Sends whatever is open and not sent yet, and repeats what the server may have missed. */
	async produceAll(): Promise<void> {
		return this.#inTurn(() => this.#produceAll());
	}

	async #produceAll(): Promise<void> {
		for (const { source } of this.sent.value) {
			await this.#produce(source);
			const one = this.find(source);
			if (one?.producer !== undefined) {
				const method = one.muted ? 'pauseProducer' : 'resumeProducer';
				await this.ask(method, { producerId: one.producer.id });
			}
		}
	}

	close(): void {
		this.#closed = true;
		for (const { track, producer } of this.sent.value) {
			producer?.close();
			track.stop();
		}
		this.sent.value = [];
	}

	async #inTurn(work: () => Promise<void>): Promise<void> {
		const done = this.#turn.then(work);
		this.#turn = done.catch(() => undefined);
		return done;
	}

	async #produce(source: Source): Promise<void> {
		const one = this.find(source);
		if (one === undefined || (one.producer !== undefined && !one.producer.closed)) {
			return;
		}
		const codec = source === 'mic' ? undefined : this.#videoCodec();
		const producer = await this.link.transport.produce({
			track: one.track,
			// A new transport may have to send it again.
			stopTracks: false,
			encodings: [{ maxBitrate: BITRATE_MAX[source] }],
			appData: { source, paused: one.muted },
			...(codec === undefined ? {} : { codec }),
			...(source === 'mic' ? { codecOptions: { opusFec: true } } : { codecOptions: { videoGoogleStartBitrate: 1000 } }),
		});
		if (one.muted) {
			producer.pause();
		}
		this.#change(source, { producer });
	}

	#videoCodec(): types.RtpCodecCapability | undefined {
		const { codec, link } = this;
		return codec === undefined ? undefined : link.sendCodec(`video/${codec}`);
	}

	async #mute(one: Sent, muted: boolean): Promise<void> {
		const { source, track, producer } = one;
		track.enabled = !muted;
		this.#change(source, { muted });
		if (producer === undefined) {
			return;
		}
		if (muted) {
			producer.pause();
		} else {
			producer.resume();
		}
		await this.ask(muted ? 'pauseProducer' : 'resumeProducer', { producerId: producer.id });
	}

	#change(source: Source, change: Partial<Pick<Sent, 'muted' | 'producer'>>): void {
		this.sent.value = this.sent.value.map((one) => (one.source === source ? { ...one, ...change } : one));
	}

	#report(error: unknown): void {
		// What a lost connection missed is repeated when it is back.
		if (!(error instanceof LostError)) {
			console.warn(error);
			say(error instanceof Error ? error.message : 'That did not work', 'bad');
		}
	}
}
