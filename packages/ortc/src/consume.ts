/** What a consumer gets, from what there is and what its endpoint can do. */

import { copy } from './copy.js';
import { UnsupportedError } from './errors.js';
import { codecsMatch, isRtx, parametersOf } from './matching.js';
import { cryptoRandom, type Random, randomSsrc } from './random.js';
import { parseScalabilityMode } from './scalability.js';
import {
	ABS_SEND_TIME,
	DEPENDENCY_DESCRIPTOR,
	DEPENDENCY_DESCRIPTOR_ID,
	MID,
	TRANSPORT_WIDE_CC,
} from './supported.js';
import type {
	RtcpFeedback,
	RtpCapabilities,
	RtpCodecCapability,
	RtpCodecParameters,
	RtpEncodingParameters,
	RtpHeaderExtensionParameters,
	RtpParameters,
} from './types.js';
import { validateAndNormalizeRtpCapabilities } from './validate.js';

/** What a consumer is negotiated from. */
export interface ConsumerRequest {
	/** What there is. */
	consumableRtpParameters: RtpParameters;
	/** What the endpoint can do, normalised. */
	remoteRtpCapabilities: RtpCapabilities;
	/** All streams, unchanged. */
	pipe: boolean;
	/** NACK and RTX, if both sides can. */
	enableRtx: boolean;
}

/** What the consumer of a pipe is negotiated from. */
export interface PipeConsumerRequest {
	/** What there is. */
	consumableRtpParameters: RtpParameters;
	/** NACK and RTX on the pipe. */
	enableRtx: boolean;
}

/**
 * Whether an endpoint can decode what there is.
 *
 * Completes `caps`, and throws a `TypeError` if they are malformed.
 */
export function canConsume(consumableParams: RtpParameters, caps: RtpCapabilities): boolean {
	validateAndNormalizeRtpCapabilities(caps);
	const first = consumableParams.codecs.find((codec) => remoteCodec(codec, caps));
	return first !== undefined && !isRtx(first);
}

/**
 * The parameters of a consumer; its MID is the transport's to give.
 *
 * Throws an `UnsupportedError` if there is nothing in common.
 */
export function getConsumerRtpParameters(
	{ consumableRtpParameters: consumable, remoteRtpCapabilities, pipe, enableRtx }: ConsumerRequest,
	random: Random = cryptoRandom,
): RtpParameters {
	const codecs = sharedCodecs(consumable, remoteRtpCapabilities, enableRtx);
	if (codecs[0] === undefined || isRtx(codecs[0])) {
		throw new UnsupportedError('unsupported: no codec that the endpoint can decode');
	}
	const headerExtensions = sharedExtensions(consumable, remoteRtpCapabilities);
	reduceBandwidthFeedback(codecs, headerExtensions);
	const hasRtx = codecs.some(isRtx);
	const encodings = consumable.encodings ?? [];
	return {
		codecs,
		headerExtensions,
		encodings: pipe
			? pipeEncodings(encodings, hasRtx, random)
			: [singleEncoding(encodings, hasRtx, random)],
		...origin(consumable),
	};
}

/** The parameters of a pipe's consumer: everything, with as little feedback as a pipe needs. */
export function getPipeConsumerRtpParameters(
	{ consumableRtpParameters: consumable, enableRtx }: PipeConsumerRequest,
	random: Random = cryptoRandom,
): RtpParameters {
	const isKept = (feedback: RtcpFeedback) =>
		is(feedback, 'nack', 'pli') || is(feedback, 'ccm', 'fir') || (enableRtx && is(feedback, 'nack', ''));
	const codecs = consumable.codecs
		.filter((codec) => enableRtx || !isRtx(codec))
		.map((codec) => ({ ...copy(codec), rtcpFeedback: copy(codec.rtcpFeedback ?? []).filter(isKept) }));
	return {
		codecs,
		headerExtensions: pipeExtensions(consumable.headerExtensions ?? []),
		encodings: pipeEncodings(consumable.encodings ?? [], enableRtx, random),
		...origin(consumable),
	};
}

function remoteCodec(codec: RtpCodecParameters, caps: RtpCapabilities): RtpCodecCapability | undefined {
	return caps.codecs?.find((remote) => codecsMatch(remote, codec, { strict: true }));
}

/** Codecs that both sides have, with the endpoint's feedback; RTX only with its media codec. */
function sharedCodecs(
	consumable: RtpParameters,
	caps: RtpCapabilities,
	enableRtx: boolean,
): RtpCodecParameters[] {
	const codecs = consumable.codecs.flatMap((codec) => {
		const remote = remoteCodec(codec, caps);
		if (!remote || (isRtx(codec) && !enableRtx)) {
			return [];
		}
		const rtcpFeedback = copy(remote.rtcpFeedback ?? []);
		return {
			...copy(codec),
			rtcpFeedback: rtcpFeedback.filter((feedback) => enableRtx || !is(feedback, 'nack', '')),
		};
	});
	const media = codecs.filter((codec) => !isRtx(codec)).map(({ payloadType }) => payloadType);
	return codecs.filter(
		(codec) => !isRtx(codec) || media.some((payloadType) => payloadType === parametersOf(codec)['apt']),
	);
}

/** Extensions that both sides know under the same id. */
function sharedExtensions(consumable: RtpParameters, caps: RtpCapabilities): RtpHeaderExtensionParameters[] {
	const shared = (consumable.headerExtensions ?? []).filter(({ uri, id }) =>
		caps.headerExtensions?.some((remote) => remote.uri === uri && remote.preferredId === id),
	);
	return copy(shared);
}

/** Bandwidth is estimated by one side only: by the sender if packets are numbered, else by the receiver. */
function reduceBandwidthFeedback(
	codecs: readonly RtpCodecParameters[],
	headerExtensions: readonly RtpHeaderExtensionParameters[],
): void {
	const has = (wanted: string) => headerExtensions.some(({ uri }) => uri === wanted);
	const isNumbered = has(TRANSPORT_WIDE_CC);
	const isTimed = has(ABS_SEND_TIME);
	for (const codec of codecs) {
		codec.rtcpFeedback = (codec.rtcpFeedback ?? []).filter(({ type }) => {
			switch (type) {
				case 'transport-cc':
					return isNumbered;
				case 'goog-remb':
					return isTimed && !isNumbered;
				default:
					return true;
			}
		});
	}
}

/** One stream, whichever of the producer's it is made of; simulcast looks as spatial layers. */
function singleEncoding(
	encodings: readonly RtpEncodingParameters[],
	hasRtx: boolean,
	random: Random,
): RtpEncodingParameters {
	const ssrc = randomSsrc(random, 2);
	const mode = encodings.find((encoding) => encoding.scalabilityMode)?.scalabilityMode;
	const { temporalLayers } = parseScalabilityMode(mode);
	const scalabilityMode = encodings.length > 1 ? `L${encodings.length}T${temporalLayers}` : mode;
	const bitrates = encodings.flatMap(({ maxBitrate }) => maxBitrate || []);
	return {
		ssrc,
		...(hasRtx && { rtx: { ssrc: ssrc + 1 } }),
		...(scalabilityMode && { scalabilityMode }),
		...(bitrates.length > 0 && { maxBitrate: Math.max(...bitrates) }),
	};
}

function pipeEncodings(
	encodings: readonly RtpEncodingParameters[],
	hasRtx: boolean,
	random: Random,
): RtpEncodingParameters[] {
	const first = randomSsrc(random, encodings.length);
	const firstRtx = randomSsrc(random, encodings.length);
	return encodings.map((encoding, at) => {
		const { rtx: _rtx, ...rest } = copy(encoding);
		return { ...rest, ssrc: first + at, ...(hasRtx && { rtx: { ssrc: firstRtx + at } }) };
	});
}

/**
 * Extensions that mean something beyond one hop, and always the dependency descriptor: mediasoup gives it to
 * pipes of audio as well.
 */
function pipeExtensions(
	headerExtensions: readonly RtpHeaderExtensionParameters[],
): RtpHeaderExtensionParameters[] {
	const replaced: readonly string[] = [MID, ABS_SEND_TIME, TRANSPORT_WIDE_CC, DEPENDENCY_DESCRIPTOR];
	const kept = headerExtensions.filter(({ uri }) => !replaced.includes(uri));
	const descriptor: RtpHeaderExtensionParameters = {
		uri: DEPENDENCY_DESCRIPTOR,
		id: DEPENDENCY_DESCRIPTOR_ID,
		encrypt: false,
		parameters: {},
	};
	return [...copy(kept), descriptor].sort((a, b) => a.id - b.id);
}

/** Who sends it stays the same. */
function origin({ rtcp, msid }: RtpParameters): Pick<RtpParameters, 'rtcp' | 'msid'> {
	return { ...(rtcp !== undefined && { rtcp: copy(rtcp) }), ...(msid !== undefined && { msid }) };
}

function is(feedback: RtcpFeedback, type: string, parameter: string): boolean {
	return feedback.type === type && (feedback.parameter ?? '') === parameter;
}
