/**
 * The connection to the server, again and again until it is closed.
 *
 *     connecting ─▶ open ─▶ lost ─▶ connecting …
 *          └─────────┴────────┴──▶ closed
 */

import { type Fields, fields, text } from '../parse';
import { backoffMs } from './backoff';
import { Exchange, LostError, type Notification } from './exchange';

/** The close code of a server that does not let us in. */
const CLOSE_REFUSED = 4403;
/** Our close code when we only want another socket; the server keeps our place. */
const CLOSE_AGAIN = 4000;
const CLOSE_GOODBYE = 1000;

/** A socket may be dead for minutes before the browser notices; so we ask. */
const PING_INTERVAL_MS = 3_000;
const ANSWER_MAX_MS = 8_000;

export interface SocketListener {
	/** `resumed`: the server still has our transports. */
	opened(resumed: boolean): void;
	lost(): void;
	refused(reason: string): void;
	notified(notification: Notification): void;
}

export class Socket {
	readonly #exchange = new Exchange();
	readonly #address: URL;
	readonly #listener: SocketListener;
	#socket: WebSocket | undefined;
	#open = false;
	#closed = false;
	#attempt = 0;
	#token: string | undefined;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#ping: ReturnType<typeof setInterval> | undefined;

	constructor(address: URL, listener: SocketListener) {
		this.#address = address;
		this.#listener = listener;
		addEventListener('online', this.#retryNow);
		this.#connect();
	}

	/** Asks the server for something. */
	async request(method: string, data: Fields = {}): Promise<Fields> {
		if (!this.#open || this.#socket === undefined) {
			throw new LostError(method);
		}
		const { message, answer } = this.#exchange.request(method, data);
		this.#socket.send(message);
		const socket = this.#socket;
		const timer = setTimeout(() => this.#lose(socket), ANSWER_MAX_MS);
		try {
			return await answer;
		} finally {
			clearTimeout(timer);
		}
	}

	/** Drops the socket as a bad network would, and comes back. */
	drop(): void {
		if (this.#socket !== undefined) {
			this.#lose(this.#socket);
		}
	}

	close(): void {
		this.#closed = true;
		this.#open = false;
		removeEventListener('online', this.#retryNow);
		clearTimeout(this.#retry);
		clearInterval(this.#ping);
		this.#exchange.lose();
		this.#socket?.close(CLOSE_GOODBYE);
	}

	#connect(): void {
		const address = new URL(this.#address);
		if (this.#token !== undefined) {
			address.searchParams.set('token', this.#token);
		}
		const socket = new WebSocket(address);
		this.#socket = socket;
		socket.addEventListener('message', (event: MessageEvent<unknown>) => this.#receive(socket, event.data));
		socket.addEventListener('close', (event) => {
			if (event.code === CLOSE_REFUSED && socket === this.#socket && !this.#closed) {
				this.close();
				this.#listener.refused(event.reason);
			} else {
				this.#lose(socket);
			}
		});
		// A server that can be reached but does not answer gives no event for a long time.
		const timer = setTimeout(() => this.#lose(socket), ANSWER_MAX_MS);
		socket.addEventListener('open', () => clearTimeout(timer));
		socket.addEventListener('close', () => clearTimeout(timer));
	}

	#receive(socket: WebSocket, message: unknown): void {
		if (socket !== this.#socket || typeof message !== 'string') {
			return;
		}
		try {
			const notification = this.#exchange.receive(message);
			if (notification?.method === 'welcome') {
				this.#welcome(notification.data);
			} else if (notification !== undefined) {
				this.#listener.notified(notification);
			}
		} catch (error) {
			console.warn('a message from the server makes no sense', error);
		}
	}

	#welcome(data: Fields): void {
		this.#token = text(fields(data), 'token');
		this.#attempt = 0;
		this.#open = true;
		clearInterval(this.#ping);
		this.#ping = setInterval(() => {
			this.request('ping').catch(() => undefined);
		}, PING_INTERVAL_MS);
		this.#listener.opened(data['resumed'] === true);
	}

	#lose(socket: WebSocket): void {
		if (socket !== this.#socket || this.#closed) {
			return;
		}
		this.#socket = undefined;
		const wasOpen = this.#open;
		this.#open = false;
		clearInterval(this.#ping);
		socket.close(CLOSE_AGAIN);
		this.#exchange.lose();
		this.#retry = setTimeout(() => this.#connect(), backoffMs(this.#attempt, Math.random()));
		this.#attempt += 1;
		if (wasOpen) {
			this.#listener.lost();
		}
	}

	readonly #retryNow = (): void => {
		if (this.#socket === undefined && !this.#closed) {
			clearTimeout(this.#retry);
			this.#connect();
		}
	};
}
