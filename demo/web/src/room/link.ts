/**
 * A transport one way, and its way back to life: while ICE is down we ask the server for new
 * credentials, again and again, for as long as the socket is up.
 */

import { signal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import { type Fields, fields, text } from '../parse';

export type Ask = (method: string, data: Fields) => Promise<Fields>;

export interface LinkOptions {
	readonly forceTcp: boolean;
	readonly ipv6: boolean;
}

/** A pause that ICE often gets over alone. */
const PATIENCE_MS = 2_500;

export class Link {
	readonly state = signal<types.ConnectionState>('new');
	#device: types.Device | undefined;
	#transport: types.Transport | undefined;
	#restarting: Promise<void> | undefined;
	#patience: ReturnType<typeof setTimeout> | undefined;

	constructor(
		readonly direction: 'send' | 'recv',
		private readonly ask: Ask,
	) {}

	get transport(): types.Transport {
		if (this.#transport === undefined) {
			throw new Error('not connected');
		}
		return this.#transport;
	}

	get id(): string | undefined {
		return this.#transport?.id;
	}

	/** The codec of that name as we would send it. */
	sendCodec(mimeType: string): types.RtpCodecCapability {
		const codecs = this.#device?.recvRtpCapabilities.codecs ?? [];
		const codec = codecs.find((one) => one.mimeType.toLowerCase() === mimeType);
		if (codec === undefined) {
			throw new Error(`Not everybody here can do ${mimeType}`);
		}
		return codec;
	}

	async getStats(): Promise<RTCStatsReport | undefined> {
		return this.#transport === undefined || this.#transport.closed ? undefined : this.#transport.getStats();
	}

	/** Makes a transport, on both ends. One that was there before is closed. */
	async open(device: types.Device, options: LinkOptions): Promise<void> {
		this.close();
		this.#device = device;
		const answer = await this.ask('createWebRtcTransport', { direction: this.direction, ...options });
		const shape = {
			id: text(answer, 'id'),
			// The server speaks mediasoup's shapes; the library checks them.
			iceParameters: fields(answer['iceParameters']) as types.IceParameters,
			iceCandidates: answer['iceCandidates'] as types.IceCandidate[],
			dtlsParameters: fields(answer['dtlsParameters']) as types.DtlsParameters,
		};
		const transport = this.direction === 'send' ? device.createSendTransport(shape) : device.createRecvTransport(shape);
		this.#transport = transport;
		this.state.value = transport.connectionState;
		transport.on('connect', ({ dtlsParameters }, done, failed) => {
			const data = { transportId: transport.id, dtlsParameters };
			this.ask('connectWebRtcTransport', data).then(() => done(), failed);
		});
		transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
			const data = { transportId: transport.id, kind, rtpParameters, ...appData };
			this.ask('produce', data).then((made) => done({ id: text(made, 'id') }), failed);
		});
		transport.on('connectionstatechange', (state) => {
			if (transport === this.#transport) {
				this.#change(state);
			}
		});
	}

	/** Gives ICE new credentials. Calls during one share it. */
	async restartIce(): Promise<void> {
		this.#restarting ??= this.#restart().finally(() => {
			this.#restarting = undefined;
		});
		return this.#restarting;
	}

	close(): void {
		clearTimeout(this.#patience);
		this.#transport?.close();
		this.#transport = undefined;
		this.state.value = 'closed';
	}

	async #restart(): Promise<void> {
		const transport = this.transport;
		const answer = await this.ask('restartIce', { transportId: transport.id });
		await transport.restartIce({ iceParameters: fields(answer['iceParameters']) as types.IceParameters });
	}

	#change(state: types.ConnectionState): void {
		this.state.value = state;
		clearTimeout(this.#patience);
		if (state === 'disconnected' || state === 'failed') {
			this.#patience = setTimeout(() => this.#revive(), PATIENCE_MS);
		}
	}

	#revive(): void {
		// Without the socket this fails; when that is back, ICE is restarted anyway.
		this.restartIce().catch((error: unknown) => console.warn('restart ICE', this.direction, error));
		this.#patience = setTimeout(() => {
			if (this.state.value === 'disconnected' || this.state.value === 'failed') {
				this.#revive();
			}
		}, 2 * PATIENCE_MS);
	}
}
