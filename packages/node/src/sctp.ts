/** SCTP: options and stream parameters, as the worker wants them, and the state of an association. */

import type { SctpStreamParameters } from 'brodo-ortc';

import { copy } from './copy';
import type { Received, WireSctpOptions, WireStreamParameters } from './protocol';
import type {
	SctpNegotiatedCapabilities,
	SctpOptions,
	SctpParameters,
	SctpState,
} from './types/sctp';
import { maybe, u16, u32 } from './wire';

/** Bytes: the largest message, where the application does not say. */
export const MESSAGE_SIZE_DEFAULT = 262_144;

const SEND_BUFFER_SIZE_DEFAULT = 2_000_000;
const RECEIVER_WINDOW_SIZE_DEFAULT = 5_242_880;
const BUFFERED_AMOUNT_LOW_THRESHOLD_DEFAULT = 1_024;

/** For transports that have an association: its sizes; else nothing. */
export function wireSctpOptions(options: SctpOptions): WireSctpOptions | null {
	if (!options.enableSctp) {
		return null;
	}
	return {
		maxSendMessageSize: u32(options.maxSendMessageSize ?? MESSAGE_SIZE_DEFAULT),
		maxReceiveMessageSize: u32(options.maxReceiveMessageSize ?? MESSAGE_SIZE_DEFAULT),
		sendBufferSize: u32(options.sctpSendBufferSize ?? SEND_BUFFER_SIZE_DEFAULT),
		perStreamSendQueueLimit: u32(options.sctpPerStreamSendQueueLimit ?? SEND_BUFFER_SIZE_DEFAULT),
		maxReceiverWindowBufferSize: u32(
			options.sctpMaxReceiverWindowBufferSize ?? RECEIVER_WINDOW_SIZE_DEFAULT,
		),
		defaultStreamBufferedAmountLowThreshold: u32(
			options.sctpDefaultStreamBufferedAmountLowThreshold ?? BUFFERED_AMOUNT_LOW_THRESHOLD_DEFAULT,
		),
	};
}

/** A stream for the worker. */
export function wireStreamParameters(stream: SctpStreamParameters): WireStreamParameters {
	return {
		streamId: u16(stream.streamId),
		ordered: stream.ordered ?? true,
		maxPacketLifeTime: maybe(stream.maxPacketLifeTime, u16),
		maxRetransmits: maybe(stream.maxRetransmits, u16),
	};
}

/** A stream as the worker understood it. */
export function streamParametersOf(
	stream: Received<WireStreamParameters> | undefined,
): SctpStreamParameters | undefined {
	return (
		stream && {
			streamId: stream.streamId,
			ordered: stream.ordered,
			maxPacketLifeTime: stream.maxPacketLifeTime!,
			maxRetransmits: stream.maxRetransmits!,
		}
	);
}

/** How far the association of a transport has come. */
export class SctpAssociation {
	readonly #parameters: SctpParameters | undefined;
	#state: SctpState | undefined;
	#negotiated: SctpNegotiatedCapabilities | undefined;

	/** Both undefined: there is none. */
	constructor(parameters: SctpParameters | undefined, state: SctpState | undefined) {
		this.#parameters = parameters;
		this.#state = state;
	}

	get parameters(): SctpParameters | undefined {
		return copy(this.#parameters);
	}

	get state(): SctpState | undefined {
		return this.#state;
	}

	get negotiated(): SctpNegotiatedCapabilities | undefined {
		return copy(this.#negotiated);
	}

	/** The worker says that it moved on. */
	handleStateChange(state: SctpState, negotiated: SctpNegotiatedCapabilities | undefined): void {
		this.#state = state;
		this.#negotiated = negotiated ?? this.#negotiated;
	}

	/** The transport was closed. */
	close(): void {
		this.#state &&= 'closed';
	}
}
