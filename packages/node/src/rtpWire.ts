/** RTP parameters on their way to the worker, and from it in dumps. */

import type {
	RtcpFeedback,
	RtpCodecParameters,
	RtpCodecsEncodingsMapping,
	RtpEncodingParameters,
	RtpParameters,
} from 'brodo-ortc';

import type { WireRtpParameters } from './protocol';
import { bitrate, u8, u32 } from './wire';

type Fields = Record<string, unknown>;

const SCALABILITY_MODE = /^[LS][1-9]\d?T[1-9]\d?/;

/** Normalised parameters, for the worker. */
export function wireRtpParameters(parameters: RtpParameters): WireRtpParameters {
	return withoutUndefined({
		mid: parameters.mid,
		codecs: parameters.codecs.map(wireCodec),
		headerExtensions: (parameters.headerExtensions ?? []).map((extension) => ({
			uri: extension.uri,
			id: u8(extension.id),
			encrypt: Boolean(extension.encrypt),
			parameters: wireParameters(extension.parameters),
		})),
		encodings: (parameters.encodings ?? []).map(wireEncoding),
		rtcp: withoutUndefined({
			cname: parameters.rtcp?.cname,
			reducedSize: parameters.rtcp?.reducedSize ?? true,
		}),
		msid: parameters.msid,
	});
}

/** One stream, for the worker. */
export function wireEncoding(encoding: RtpEncodingParameters): Fields {
	const { ssrc, rid, codecPayloadType, rtx, dtx, scalabilityMode, maxBitrate } = encoding;
	return withoutUndefined({
		ssrc: given(ssrc, u32),
		rid,
		codecPayloadType: given(codecPayloadType, u8),
		rtx: rtx && { ssrc: u32(rtx.ssrc) },
		dtx: Boolean(dtx),
		scalabilityMode,
		maxBitrate: given(maxBitrate, (bits) => bitrate(bits, 'encodings[].maxBitrate')),
	});
}

/** An endpoint's numbers in the router's, for the worker. */
export function wireRtpMapping(mapping: RtpCodecsEncodingsMapping): Fields {
	return {
		codecs: mapping.codecs.map(({ payloadType, mappedPayloadType }) => ({
			payloadType: u8(payloadType),
			mappedPayloadType: u8(mappedPayloadType),
		})),
		encodings: mapping.encodings.map(({ ssrc, rid, mappedSsrc }) =>
			withoutUndefined({ ssrc: given(ssrc, u32), rid, mappedSsrc }),
		),
	};
}

/**
 * Parameters in a dump, as the worker reads them: each encoding has a codec and a mode, and feedback
 * without a parameter has none, instead of an empty one.
 */
export function rtpParametersOfDump(parameters: RtpParameters): RtpParameters {
	const codecs = parameters.codecs.map((codec) => ({
		...codec,
		rtcpFeedback: (codec.rtcpFeedback ?? []).map(
			({ type, parameter }) => ({ type, parameter: parameter || undefined }) as RtcpFeedback,
		),
	}));
	const codecPayloadType = codecs.find(({ mimeType }) => !/\/rtx$/i.test(mimeType))?.payloadType!;
	const encodings = (parameters.encodings ?? []).map((encoding) => ({
		codecPayloadType,
		...encodingOfDump(encoding),
	}));
	return { ...parameters, codecs, encodings };
}

/** One stream in a dump: a mode that says nothing is shown as the mode without layers. */
export function encodingOfDump(encoding: RtpEncodingParameters): RtpEncodingParameters {
	const mode = encoding.scalabilityMode ?? '';
	return { ...encoding, scalabilityMode: SCALABILITY_MODE.test(mode) ? mode : 'S1T1' };
}

function wireCodec(codec: RtpCodecParameters): Fields {
	return withoutUndefined({
		mimeType: codec.mimeType,
		payloadType: u8(codec.payloadType),
		clockRate: u32(codec.clockRate),
		channels: given(codec.channels, u8),
		parameters: wireParameters(codec.parameters),
		rtcpFeedback: (codec.rtcpFeedback ?? []).map(({ type, parameter }) => ({
			type,
			parameter: parameter ?? '',
		})),
	});
}

/** Numbers and texts; booleans become 1 and 0, lists of numbers texts. */
function wireParameters(parameters: Fields | undefined): Fields {
	const wire: Fields = {};
	for (const [name, value] of Object.entries(parameters ?? {})) {
		if (typeof value === 'number' || typeof value === 'string') {
			wire[name] = value;
		} else if (typeof value === 'boolean') {
			wire[name] = Number(value);
		} else if (Array.isArray(value)) {
			wire[name] = value.join(',');
		} else if (value !== undefined && value !== null) {
			throw new TypeError(`parameters.${name}: must be a number or a string`);
		}
	}
	return wire;
}

function given<T, U>(value: T | null | undefined, convert: (value: T) => U): U | undefined {
	return value === undefined || value === null ? undefined : convert(value);
}

/** The worker tells an absent value from a wrong one by its key. */
function withoutUndefined(fields: Fields): Fields {
	return Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
	);
}
