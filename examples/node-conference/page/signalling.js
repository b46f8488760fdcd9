// @ts-check
/** Questions and news over the WebSocket. */

export class Signalling {
	#socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/[?#].*/, ''));
	#lastId = 0;
	/** @type {Map<number, { resolve: (data: any) => void, reject: (error: Error) => void }>} */
	#waiting = new Map();

	/** @param {Record<string, (data: any) => unknown>} handlers Of news, by method. */
	constructor(handlers) {
		this.#socket.onmessage = ({ data: text }) => {
			const { id, method, data, error } = JSON.parse(text);
			if (method !== undefined) {
				handlers[method]?.(data);
				return;
			}
			const { resolve, reject } = this.#waiting.get(id) ?? {};
			this.#waiting.delete(id);
			if (error === undefined) {
				resolve?.(data);
			} else {
				reject?.(new Error(error));
			}
		};
	}

	/** @param {string} method @param {object} data @returns {Promise<any>} */
	async ask(method, data) {
		this.#lastId += 1;
		const id = this.#lastId;
		this.#socket.send(JSON.stringify({ id, method, data }));
		return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
	}
}
