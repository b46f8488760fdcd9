/** A router's capabilities from the codecs that it is to have. */

import { copy } from './copy.js';
import { invalid, UnsupportedError } from './errors.js';
import { codecsMatch, parametersOf } from './matching.js';
import { supportedCodecs, supportedHeaderExtensions } from './supported.js';
import type { RouterRtpCodecCapability, RtpCapabilities, RtpCodecCapability } from './types.js';
import { normalizeCodecCapability } from './validate.js';

/**
 * The capabilities of a router with these codecs; video codecs get an RTX codec each.
 *
 * Throws a `TypeError` for a codec that is malformed or clashes with an earlier one, an `UnsupportedError`
 * for one that is unknown, an `Error` once the payload types are used up.
 */
export function generateRouterRtpCapabilities(
	mediaCodecs: readonly RouterRtpCodecCapability[] = [],
): RtpCapabilities {
	if (!Array.isArray(mediaCodecs)) {
		throw invalid('mediaCodecs', 'must be an array');
	}
	const supported = supportedCodecs();
	const free = dynamicPayloadTypes();
	const codecs: RtpCodecCapability[] = [];
	for (const [at, given] of mediaCodecs.entries()) {
		const field = `mediaCodecs[${at}]`;
		const wanted = copy<RouterRtpCodecCapability>(given);
		normalizeCodecCapability(wanted, field);
		const known = supported.find((codec) => codecsMatch(codec, wanted, { strict: false }));
		if (!known) {
			throw new UnsupportedError(`unsupported: ${field}.mimeType ${wanted.mimeType}`);
		}
		const payloadType = take(free, wanted.preferredPayloadType ?? known.preferredPayloadType);
		if (codecs.some((codec) => codec.preferredPayloadType === payloadType)) {
			throw invalid(`${field}.preferredPayloadType`, `${payloadType} is used already`);
		}
		codecs.push({
			...copy(known),
			preferredPayloadType: payloadType,
			parameters: { ...parametersOf(known), ...parametersOf(wanted) },
		});
		if (known.kind === 'video') {
			codecs.push(rtx(payloadType, known.clockRate, take(free)));
		}
	}
	return { codecs, headerExtensions: supportedHeaderExtensions() };
}

/**
 * The dynamic payload types (RFC 3551 §3) in the order they are given out: what endpoints use least comes
 * first.
 */
function dynamicPayloadTypes(): number[] {
	const range = (first: number, last: number) =>
		Array.from({ length: last - first + 1 }, (_, at) => first + at);
	return [...range(100, 127), ...range(96, 99)];
}

/** Takes this payload type, or the next one, out of those that are free. */
function take(free: number[], wanted?: number): number {
	if (wanted !== undefined) {
		const at = free.indexOf(wanted);
		if (at >= 0) {
			free.splice(at, 1);
		}
		return wanted;
	}
	const next = free.shift();
	if (next === undefined) {
		throw new Error('cannot allocate: all dynamic payload types are used');
	}
	return next;
}

function rtx(apt: number, clockRate: number, preferredPayloadType: number): RtpCodecCapability {
	return {
		kind: 'video',
		mimeType: 'video/rtx',
		preferredPayloadType,
		clockRate,
		parameters: { apt },
		rtcpFeedback: [],
	};
}
