/** Listening sockets that WebRTC transports share. */

import type { Channel } from './Channel';
import { Entity } from './Entity';
import type { AppData } from './types/appData';
import type {
	WebRtcServer,
	WebRtcServerDump,
	WebRtcServerEvents,
	WebRtcServerObserver,
} from './types/webRtcServer';
import type { WebRtcTransportImpl } from './WebRtcTransport';

export class WebRtcServerImpl<A extends AppData = AppData>
	extends Entity<WebRtcServerEvents, WebRtcServerObserver, A>
	implements WebRtcServer<A>
{
	readonly #webRtcTransports = new Map<string, WebRtcTransportImpl>();

	constructor(id: string, channel: Channel, appData?: A) {
		super('WebRtcServer', id, channel, appData);
	}

	/** @internal */
	get webRtcTransportsForTesting(): Map<string, WebRtcTransportImpl> {
		return this.#webRtcTransports;
	}

	close(): void {
		if (!this.beginClose()) {
			return;
		}
		this.channel.requestClose({ webRtcServer: [this.id, 'close'] });
		for (const transport of this.#webRtcTransports.values()) {
			transport.listenServerClosed();
			this.observer.safeEmit('webrtctransportunhandled', transport);
		}
		this.#webRtcTransports.clear();
		this.emit('@close');
		this.endClose();
	}

	/** @internal The worker was closed, or has died. Its routers have closed the transports. */
	workerClosed(): void {
		if (this.beginClose()) {
			this.#webRtcTransports.clear();
			this.endClose('workerclose');
		}
	}

	/** @internal A transport listens here, until it is closed. */
	handleWebRtcTransport(transport: WebRtcTransportImpl<any>): void {
		this.#webRtcTransports.set(transport.id, transport);
		this.observer.safeEmit('webrtctransporthandled', transport);
		transport.on('@close', () => {
			if (this.#webRtcTransports.delete(transport.id)) {
				this.observer.safeEmit('webrtctransportunhandled', transport);
			}
		});
	}

	async dump(): Promise<WebRtcServerDump> {
		return this.channel.request('webRtcServerDump', { webRtcServer: [this.id, 'dump'] });
	}
}
