/**
 * One stay in a room: keeps what we send and receive the way the server and the user want it.
 *
 * The socket may come and go. While the server keeps our place, transports live on and only ICE is
 * restarted; after that everything is set up anew, with the same tracks.
 */

import { computed, signal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import type { Options } from '../options';
import { type Fields, fields, text } from '../parse';
import { LostError, type Notification } from '../signalling/exchange';
import { Socket } from '../signalling/socket';
import { loadDevice } from './browser';
import { Link } from './link';
import { LocalMedia } from './local';
import {
	allMedia,
	caughtUp,
	type Media,
	parseArrivals,
	parseOffer,
	type Roster,
	withMedia,
	withOffer,
	withoutMedia,
	withoutPeer,
	withPeer,
} from './roster';
import { say } from './toasts';

export type Connection = 'connecting' | 'connected' | 'reconnecting' | 'ended';

export class Conference {
	readonly peerId = `p-${crypto.randomUUID()}`;
	readonly roster = signal<Roster>([]);
	readonly local: LocalMedia;
	readonly send: Link;
	readonly receive: Link;
	readonly #signalling = signal<Connection>('connecting');
	readonly #socket: Socket;
	#device: types.Device | undefined;
	/** Whether we have joined with transports that may live on without a socket. */
	#joined = false;
	/** Consumers that are being set up. */
	readonly #consuming = new Set<string>();
	/** Set-ups run one after another, and a newer one makes an older one void. */
	#setup = Promise.resolve();
	#setupNumber = 0;

	/** As a whole: signalling and both transports. */
	readonly connection = computed<Connection>(() => {
		const links = [this.send.state.value, this.receive.state.value];
		if (this.#signalling.value !== 'connected') {
			return this.#signalling.value;
		}
		return links.some((state) => state === 'disconnected' || state === 'failed') ? 'reconnecting' : 'connected';
	});

	constructor(readonly options: Options) {
		const ask = (method: string, data: Fields): Promise<Fields> => this.#socket.request(method, data);
		this.send = new Link('send', ask);
		this.receive = new Link('recv', ask);
		this.local = new LocalMedia(this.send, ask, options.codec);
		const address = new URL('/ws', location.href);
		address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
		address.searchParams.set('room', options.room);
		address.searchParams.set('peer', this.peerId);
		this.#socket = new Socket(address, {
			opened: (resumed) => this.#enter(resumed),
			lost: () => {
				this.#signalling.value = 'reconnecting';
				say('Connection lost. Trying again…', 'bad');
			},
			refused: (reason) => {
				say(`The server does not let you in: ${reason}`, 'bad');
				this.leave();
			},
			notified: (notification) => this.#handle(notification),
		});
	}

	/** New ICE credentials for both transports. */
	async restartIce(): Promise<void> {
		await Promise.all([this.send.restartIce(), this.receive.restartIce()]);
	}

	/** Loses the socket on purpose, to see it come back. */
	dropSocket(): void {
		this.#socket.drop();
	}

	/** Sends what was opened meanwhile, as soon as there is a transport for it. */
	async sendWhatIsOpen(): Promise<void> {
		if (this.#signalling.value === 'connected') {
			await this.local.produceAll();
		}
	}

	async ask(method: string, data: Fields): Promise<Fields> {
		return this.#socket.request(method, data);
	}

	leave(): void {
		if (this.#signalling.value === 'ended') {
			return;
		}
		this.#signalling.value = 'ended';
		this.#setupNumber += 1;
		this.#socket.close();
		this.send.close();
		this.receive.close();
		this.local.close();
		this.roster.value = [];
	}

	#enter(resumed: boolean): void {
		this.#setupNumber += 1;
		const number = this.#setupNumber;
		const isBack = this.#joined;
		const run = async (): Promise<void> => {
			if (number !== this.#setupNumber) {
				return;
			}
			try {
				await (resumed && isBack ? this.#resume() : this.#begin());
				if (number !== this.#setupNumber) {
					return;
				}
				this.#signalling.value = 'connected';
				if (isBack) {
					say('Back again', 'good');
				}
				await this.local.produceAll();
			} catch (error) {
				this.#failed(error);
			}
		};
		this.#setup = this.#setup.then(run);
	}

	async #begin(): Promise<void> {
		this.#joined = false;
		this.roster.value = [];
		const router = await this.#socket.request('getRouterRtpCapabilities');
		this.#device ??= await loadDevice(router);
		const { forceTcp, ipv6 } = this.options;
		await this.send.open(this.#device, { forceTcp, ipv6 });
		await this.receive.open(this.#device, { forceTcp, ipv6 });
		await this.#join(this.#device);
		this.#joined = true;
	}

	async #resume(): Promise<void> {
		if (this.#device === undefined) {
			throw new Error('there is nothing to resume');
		}
		await this.restartIce();
		await this.#join(this.#device);
	}

	async #join(device: types.Device): Promise<void> {
		const answer = await this.#socket.request('join', {
			displayName: this.options.name,
			rtpCapabilities: device.recvRtpCapabilities,
		});
		const { roster, gone } = caughtUp(this.roster.value, parseArrivals(answer));
		for (const media of gone) {
			media.consumer?.close();
		}
		this.roster.value = roster;
		for (const media of allMedia(roster)) {
			this.#consume(media.producerId);
		}
	}

	#failed(error: unknown): void {
		if (this.#signalling.value === 'ended' || error instanceof LostError) {
			return;
		}
		console.error(error);
		say(error instanceof Error ? error.message : 'Something went wrong', 'bad');
		this.leave();
	}

	#handle({ method, data }: Notification): void {
		switch (method) {
			case 'newPeer':
				this.roster.value = withPeer(this.roster.value, text(data, 'peerId'), text(data, 'displayName'));
				say(`${text(data, 'displayName')} is here`, 'plain');
				break;
			case 'peerClosed':
				this.#close((this.roster.value.find(({ id }) => id === data['peerId'])?.media ?? []));
				this.roster.value = withoutPeer(this.roster.value, text(data, 'peerId'));
				break;
			case 'newProducer': {
				const offer = parseOffer(data);
				this.roster.value = withOffer(this.roster.value, text(data, 'peerId'), offer);
				this.#consume(offer.producerId);
				break;
			}
			case 'producerClosed':
				this.#close(allMedia(this.roster.value).filter(({ producerId }) => producerId === data['producerId']));
				this.roster.value = withoutMedia(this.roster.value, text(data, 'producerId'));
				break;
			case 'consumerPaused':
			case 'consumerResumed': {
				const paused = method === 'consumerPaused';
				this.roster.value = withMedia(this.roster.value, ofConsumer(data), { paused });
				break;
			}
			case 'consumerClosed':
				this.#close(allMedia(this.roster.value).filter(ofConsumer(data)));
				this.roster.value = withMedia(this.roster.value, ofConsumer(data), { consumer: undefined });
				break;
			default:
			// Scores: the statistics panel shows better numbers.
		}
	}

	#close(media: readonly Media[]): void {
		for (const one of media) {
			one.consumer?.close();
		}
	}

	/** Sets up what we receive of a producer, unless it is so already. */
	#consume(producerId: string): void {
		const is = (media: Media): boolean => media.producerId === producerId;
		const media = allMedia(this.roster.value).find(is);
		if (media === undefined || media.consumer !== undefined || this.#consuming.has(producerId)) {
			return;
		}
		this.#consuming.add(producerId);
		this.#setUpConsumer(producerId)
			.then(async (consumer) => {
				if (!allMedia(this.roster.value).some(is)) {
					consumer.close();
					return;
				}
				this.roster.value = withMedia(this.roster.value, is, { consumer, problem: undefined });
				await this.#socket.request('resumeConsumer', { consumerId: consumer.id });
			})
			.catch((error: unknown) => {
				if (!(error instanceof LostError)) {
					const problem = error instanceof Error ? error.message : 'cannot be received';
					console.warn('consume', producerId, error);
					this.roster.value = withMedia(this.roster.value, is, { problem });
				}
			})
			.finally(() => this.#consuming.delete(producerId));
	}

	async #setUpConsumer(producerId: string): Promise<types.Consumer> {
		const transport = this.receive.transport;
		const answer = await this.#socket.request('consume', { transportId: transport.id, producerId });
		const kind = text(answer, 'kind') === 'audio' ? 'audio' : 'video';
		const paused = answer['producerPaused'] === true;
		this.roster.value = withMedia(this.roster.value, (media) => media.producerId === producerId, { paused });
		return transport.consume({
			id: text(answer, 'id'),
			producerId,
			kind,
			// The server speaks mediasoup's shapes; the library checks them.
			rtpParameters: fields(answer['rtpParameters']) as types.RtpParameters,
			// Streams of one id are kept in step: a voice with its face, not with a screen.
			streamId: `${this.#peerOf(producerId)}-${this.#sourceOf(producerId) === 'screen' ? 'screen' : 'self'}`,
		});
	}

	#peerOf(producerId: string): string {
		const has = (media: Media): boolean => media.producerId === producerId;
		return this.roster.value.find((peer) => peer.media.some(has))?.id ?? producerId;
	}

	#sourceOf(producerId: string): string | undefined {
		return allMedia(this.roster.value).find((media) => media.producerId === producerId)?.source;
	}
}

function ofConsumer(data: Fields): (media: Media) => boolean {
	return (media) => media.consumer !== undefined && media.consumer.id === data['consumerId'];
}
