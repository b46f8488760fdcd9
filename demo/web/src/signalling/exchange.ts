/** Tells which response belongs to which request. Knows nothing of sockets or time. */

import { type Fields, fields, text } from '../parse';

export class RefusedError extends Error {
	override readonly name = 'RefusedError';
	constructor(
		readonly method: string,
		readonly reason: string,
	) {
		super(`${method}: ${reason}`);
	}
}

export class LostError extends Error {
	override readonly name = 'LostError';
	constructor(readonly method: string) {
		super(`${method}: the connection was lost before the answer came`);
	}
}

export interface Notification {
	readonly method: string;
	readonly data: Fields;
}

interface Pending {
	readonly method: string;
	readonly resolve: (data: Fields) => void;
	readonly reject: (error: Error) => void;
}

export class Exchange {
	readonly #pending = new Map<number, Pending>();
	#lastId = 0;

	/** A request as text to send, and the answer to come. */
	request(method: string, data: Fields): { readonly message: string; readonly answer: Promise<Fields> } {
		this.#lastId += 1;
		const id = this.#lastId;
		const answer = new Promise<Fields>((resolve, reject) => {
			this.#pending.set(id, { method, resolve, reject });
		});
		return { message: JSON.stringify({ id, method, data }), answer };
	}

	/** Takes a message. A notification comes back; a response goes to whoever asked. */
	receive(message: string): Notification | undefined {
		const parsed = fields(JSON.parse(message));
		if (typeof parsed['method'] === 'string') {
			return { method: parsed['method'], data: fields(parsed['data'] ?? {}) };
		}
		const id = parsed['id'];
		const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
		if (typeof id !== 'number' || pending === undefined) {
			return undefined;
		}
		this.#pending.delete(id);
		if (parsed['ok'] === true) {
			// Most answers say only that it is done.
			const data = parsed['data'];
			pending.resolve(Array.isArray(data) ? { list: data } : fields(data ?? {}));
		} else {
			pending.reject(new RefusedError(pending.method, text(fields(parsed['error']), 'reason')));
		}
		return undefined;
	}

	/** No answer will come any more. */
	lose(): void {
		for (const pending of this.#pending.values()) {
			pending.reject(new LostError(pending.method));
		}
		this.#pending.clear();
	}
}
