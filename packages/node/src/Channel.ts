/**
 * The connection to a worker: requests, answers and notifications.
 *
 * Frames are a length (u32, little endian) and a MessagePack body. What is written travels in the order
 * of the calls, and answers come in the order of the requests. Notifications are dispatched with
 * `setImmediate()`, so after the continuations of whatever was answered before them.
 */

import type { Duplex } from 'node:stream';

import { Packr, Unpackr } from 'msgpackr';

import { EnhancedEventEmitter } from './enhancedEvents';
import { NotFoundError, UnsupportedError, WorkerClosedError } from './errors';
import { Logger } from './logger';
import type { Command, FromWorker, Refusal, Replies, Request, ToWorker } from './protocol';
import { withoutNulls } from './wire';

/** As in mediasoup. A larger request is refused, a larger command dropped. */
const FRAME_SIZE_MAX = 8 * 1024 * 1024;

/** What may wait for a worker that does not read. Beyond, requests are refused and commands dropped. */
const BACKLOG_MAX = 64 * 1024 * 1024;

const HEADER_SIZE = 4;
const REQUEST_ID_MAX = 0xffff_ffff;

const logger = new Logger('Channel');

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

/** What is asked: a call on an object, or by its name something of the worker itself. */
type Question = Request | Command | string;

type Pending = {
	what: Question;
	resolve: (answer: FromWorker & object) => void;
	reject: (error: Error) => void;
};

/** Takes what happened to one object. */
export type NotificationHandler = (event: any) => void;

type ChannelEvents = {
	/** The worker is ready. */
	running: [];
};

/** One worker's. */
export class Channel extends EnhancedEventEmitter<ChannelEvents> {
	readonly #pid: number;
	readonly #toWorker: Duplex;
	readonly #frames = new FrameReader((body) => this.#handleFrame(body));
	readonly #pending = new Map<number, Pending>();
	readonly #handlers = new Map<string, NotificationHandler>();
	/** Frames of this turn of the event loop, and their size. */
	#unsent: Buffer[] = [];
	#unsentSize = 0;
	#lastId = 0;
	#isClosed = false;

	constructor(toWorker: Duplex, fromWorker: Duplex, pid: number) {
		super();
		this.#pid = pid;
		this.#toWorker = toWorker;
		fromWorker.on('data', (chunk: Buffer) => this.#frames.handleChunk(chunk));
		// Once the worker is gone both pipes break; whoever watches the process tells so.
		fromWorker.on('error', (error) => logger.debug(`[pid:${pid}] reading failed: ${error}`));
		toWorker.on('error', (error) => logger.debug(`[pid:${pid}] writing failed: ${error}`));
	}

	/** Whether requests are refused. */
	get closed(): boolean {
		return this.#isClosed;
	}

	/** What happens to the object of this name goes to `handler` from now on. */
	subscribe(id: string, handler: NotificationHandler): void {
		this.#handlers.set(id, handler);
	}

	/** What happens to the object of this name is dropped from now on. */
	unsubscribe(id: string): void {
		this.#handlers.delete(id);
	}

	/**
	 * Asks the worker, and expects an answer of that name.
	 *
	 * Rejects with what the worker refuses with, or a `WorkerClosedError`.
	 */
	async request<K extends keyof Replies>(expected: K, request: Request): Promise<Replies[K]> {
		const answer = await this.#ask(request, (id) => ({ request: [id, request] }));
		const reply = 'accepted' in answer ? answer.accepted[1] : undefined;
		if (reply === expected) {
			return undefined as Replies[K];
		}
		if (typeof reply !== 'object' || !(expected in reply)) {
			throw new Error(`unexpected answer to ${nameOf(request)}`);
		}
		return reply[expected] as Replies[K];
	}

	/** Asks the worker to close something; whether it is still there does not matter. */
	requestClose(request: Request): void {
		this.request('done', request).catch((error) => logger.debug(`close: ${error}`));
	}

	/** Tells which log lines the worker writes. Rejects with a `TypeError` if there is no such level. */
	async updateSettings(logLevel: string | null, logTags: string[] | null): Promise<void> {
		await this.#ask('updateSettings', (id) => ({ updateSettings: [id, { logLevel, logTags }] }));
	}

	/** What the process has used. */
	async getResourceUsage(): Promise<Record<string, number>> {
		const answer = await this.#ask('getResourceUsage', (id) => ({ getResourceUsage: id }));
		return 'resourceUsage' in answer ? answer.resourceUsage[1] : {};
	}

	/** Counters of the worker. */
	async getMetrics(): Promise<Record<string, number>> {
		const answer = await this.#ask('getMetrics', (id) => ({ getMetrics: id }));
		return 'metrics' in answer ? answer.metrics[1] : {};
	}

	/**
	 * Tells the worker something; if there is too much to tell, it is dropped.
	 *
	 * @throws WorkerClosedError
	 */
	command(command: Command): void {
		if (this.#isClosed) {
			throw new WorkerClosedError(`worker closed, cannot send ${nameOf(command)}`);
		}
		try {
			this.#write({ command });
		} catch (error) {
			logger.error(`[pid:${this.#pid}] ${nameOf(command)} dropped`, error as Error);
		}
	}

	/** Tells the worker to end, and refuses everything from now on. */
	closeWorker(): void {
		if (this.#isClosed) {
			return;
		}
		try {
			this.#write('close');
		} catch (error) {
			logger.warn(`[pid:${this.#pid}] close not sent: ${error}`);
		}
		this.close();
	}

	/** Refuses everything from now on, and what is pending. */
	close(): void {
		if (this.#isClosed) {
			return;
		}
		this.#isClosed = true;
		this.#flush();
		this.#toWorker.end();
		this.#handlers.clear();
		const pending = [...this.#pending.values()];
		this.#pending.clear();
		for (const { what, reject } of pending) {
			reject(new WorkerClosedError(`worker closed, pending request ${nameOf(what)} aborted`));
		}
	}

	#ask(what: Question, build: (id: number) => ToWorker): Promise<FromWorker & object> {
		if (this.#isClosed) {
			return Promise.reject(new WorkerClosedError(`worker closed, cannot send request ${nameOf(what)}`));
		}
		const id = this.#nextId();
		return new Promise((resolve, reject) => {
			this.#write(build(id));
			this.#pending.set(id, { what, resolve, reject });
		});
	}

	#nextId(): number {
		do {
			this.#lastId = this.#lastId < REQUEST_ID_MAX ? this.#lastId + 1 : 1;
		} while (this.#pending.has(this.#lastId));
		return this.#lastId;
	}

	#write(message: ToWorker): void {
		const body = packr.pack(message);
		if (body.length > FRAME_SIZE_MAX) {
			throw new Error(`message of ${body.length} bytes is too big`);
		}
		if (this.#toWorker.writableLength + this.#unsentSize + body.length > BACKLOG_MAX) {
			throw new Error('too much waits for the worker');
		}
		const frame = Buffer.allocUnsafe(HEADER_SIZE + body.length);
		frame.writeUInt32LE(body.length);
		frame.set(body, HEADER_SIZE);
		if (this.#unsent.length === 0) {
			process.nextTick(() => this.#flush());
		}
		this.#unsent.push(frame);
		this.#unsentSize += frame.length;
	}

	/** What is said in one go is written in one go. */
	#flush(): void {
		const frames = this.#unsent;
		if (frames.length === 0) {
			return;
		}
		const all = frames.length === 1 ? frames[0]! : Buffer.concat(frames, this.#unsentSize);
		this.#unsent = [];
		this.#unsentSize = 0;
		this.#toWorker.write(all);
	}

	#handleFrame(body: Buffer): void {
		let message: FromWorker;
		try {
			message = unpackr.unpack(body) as FromWorker;
		} catch (error) {
			logger.error(`[pid:${this.#pid}] unreadable message`, error as Error);
			return;
		}
		if (message === 'running') {
			setImmediate(() => this.emit('running'));
		} else if ('notification' in message) {
			this.#handleNotification(message.notification);
		} else if ('log' in message) {
			this.#handleLog(message.log);
		} else {
			this.#handleAnswer(message);
		}
	}

	#handleAnswer(answer: Exclude<FromWorker & object, { notification: any } | { log: any }>): void {
		const [id] = Object.values(answer)[0] as [number, unknown];
		const pending = this.#pending.get(id);
		if (!pending) {
			if (!this.#isClosed) {
				logger.error(`[pid:${this.#pid}] answer ${id} to no request`);
			}
			return;
		}
		this.#pending.delete(id);
		if ('refused' in answer) {
			pending.reject(errorOf(answer.refused[1], pending.what));
		} else {
			pending.resolve(withoutNulls(answer));
		}
	}

	#handleNotification(notification: Record<string, [string, unknown]>): void {
		for (const [id, event] of Object.values(notification)) {
			// A trace has nulls of its own, which the application sees.
			const isTrace = typeof event === 'object' && event !== null && 'trace' in event;
			const shown = isTrace ? event : withoutNulls(event);
			setImmediate(() => this.#handlers.get(id)?.(shown));
		}
	}

	#handleLog({ level, tag, text }: { level: string; tag?: string; text: string }): void {
		const line = `[pid:${this.#pid}] ${tag ? `${tag}: ` : ''}${text}`;
		if (level === 'error') {
			logger.error(line);
		} else if (level === 'warn') {
			logger.warn(line);
		} else {
			logger.debug(line);
		}
	}
}

/** Cuts what arrives into frames. */
class FrameReader {
	readonly #handleFrame: (body: Buffer) => void;
	#chunks: Buffer[] = [];
	#size = 0;
	#needed = HEADER_SIZE;

	constructor(handleFrame: (body: Buffer) => void) {
		this.#handleFrame = handleFrame;
	}

	handleChunk(chunk: Buffer): void {
		this.#chunks.push(chunk);
		this.#size += chunk.length;
		if (this.#size < this.#needed) {
			return;
		}
		const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size);
		let at = 0;
		this.#needed = HEADER_SIZE;
		while (all.length - at >= HEADER_SIZE) {
			const end = at + HEADER_SIZE + all.readUInt32LE(at);
			if (all.length < end) {
				this.#needed = end - at;
				break;
			}
			this.#handleFrame(all.subarray(at + HEADER_SIZE, end));
			at = end;
		}
		this.#chunks = at < all.length ? [all.subarray(at)] : [];
		this.#size = all.length - at;
	}
}

function errorOf(refusal: Refusal, what: Question): Error {
	const [reason, text] = Object.entries(refusal)[0] ?? ['Error', ''];
	const message = `${text} [request: ${nameOf(what)}]`;
	switch (reason) {
		case 'TypeError':
			return new TypeError(message);
		case 'NotFound':
			return new NotFoundError(message);
		case 'Unsupported':
			return new UnsupportedError(message);
		default:
			return new Error(message);
	}
}

/** `transport.produce` and the like, for messages and logs. */
function nameOf(what: Question): string {
	if (typeof what === 'string') {
		return what;
	}
	const [noun, args] = Object.entries(what)[0] as [string, unknown];
	const call = Array.isArray(args) && args.length === 2 ? args[1] : undefined;
	if (typeof call === 'string') {
		return `${noun}.${call}`;
	}
	const isNested = call !== null && typeof call === 'object' && !('ppid' in call) && !ArrayBuffer.isView(call);
	return isNested ? `${noun}.${Object.keys(call)[0]}` : noun;
}
