/** Messages of the application, with their payload protocol identifier (RFC 8831 §8). */

import type { WireMessage } from './protocol';
import { u32 } from './wire';

const TEXT = 51;
const BINARY = 53;
const TEXT_EMPTY = 56;
const BINARY_EMPTY = 57;

/** SCTP has no empty messages: one byte stands for none (RFC 8831 §6.6). */
const TEXT_EMPTY_BYTES = Buffer.from(' ');
const BINARY_EMPTY_BYTES = Buffer.alloc(1);

/** A message for the worker. Throws a `TypeError` if it is neither text nor bytes. */
export function wireMessage(message: string | Buffer, ppid?: number): WireMessage {
	if (typeof message !== 'string' && !Buffer.isBuffer(message)) {
		throw new TypeError('message: must be a string or a Buffer');
	}
	const protocol = typeof ppid === 'number' ? u32(ppid) : ppidOf(message);
	if (protocol === TEXT_EMPTY) {
		return { ppid: protocol, data: TEXT_EMPTY_BYTES };
	}
	if (protocol === BINARY_EMPTY) {
		return { ppid: protocol, data: BINARY_EMPTY_BYTES };
	}
	return { ppid: protocol, data: typeof message === 'string' ? Buffer.from(message) : message };
}

function ppidOf(message: string | Buffer): number {
	if (typeof message === 'string') {
		return message.length > 0 ? TEXT : TEXT_EMPTY;
	}
	return message.length > 0 ? BINARY : BINARY_EMPTY;
}
