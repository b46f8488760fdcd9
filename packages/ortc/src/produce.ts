/** A producer's parameters in the router's numbers. */

import { copy } from './copy.js';
import { invalid, UnsupportedError } from './errors.js';
import { answer } from './h264.js';
import { codecsMatch, isRtx, parametersOf } from './matching.js';
import { cryptoRandom, type Random, randomSsrc } from './random.js';
import { ABS_CAPTURE_TIME, DEPENDENCY_DESCRIPTOR } from './supported.js';
import type {
	MediaKind,
	RtpCapabilities,
	RtpCodecCapability,
	RtpCodecParameters,
	RtpCodecsEncodingsMapping,
	RtpEncodingParameters,
	RtpHeaderExtensionParameters,
	RtpParameters,
} from './types.js';

/**
 * Maps payload types and streams. The profile and level of H.264 codecs in `params` become the negotiated
 * ones.
 *
 * Throws an `UnsupportedError` for a codec that the router does not have, a `TypeError` for RTX of nothing.
 */
export function getProducerRtpParametersMapping(
	params: RtpParameters,
	caps: RtpCapabilities,
	random: Random = cryptoRandom,
): RtpCodecsEncodingsMapping {
	const known = new Map<RtpCodecParameters, RtpCodecCapability>();
	for (const codec of params.codecs.filter((codec) => !isRtx(codec))) {
		const ofRouter = routerCodec(codec, caps);
		adoptH264Answer(codec, ofRouter);
		known.set(codec, ofRouter);
	}
	const codecs = [...known].map(([codec, ofRouter]) => ({
		payloadType: codec.payloadType,
		mappedPayloadType: ofRouter.preferredPayloadType,
	}));
	for (const [at, codec] of params.codecs.entries()) {
		if (!isRtx(codec)) {
			continue;
		}
		const apt = parametersOf(codec)['apt'];
		const media = params.codecs.find((other) => !isRtx(other) && other.payloadType === apt);
		const ofRouter = media && known.get(media);
		if (!ofRouter) {
			throw invalid(`codecs[${at}].parameters.apt`, `no media codec has payload type ${apt}`);
		}
		const rtx = rtxOf(ofRouter, caps);
		if (!rtx) {
			throw new UnsupportedError(`unsupported: codecs[${at}], RTX for ${ofRouter.mimeType}`);
		}
		codecs.push({
			payloadType: codec.payloadType,
			mappedPayloadType: rtx.preferredPayloadType,
		});
	}
	const given = params.encodings ?? [];
	const first = randomSsrc(random, given.length);
	const encodings = given.map(({ ssrc, rid }, at) => ({
		...(ssrc !== undefined && { ssrc }),
		...(rid !== undefined && { rid }),
		mappedSsrc: first + at,
	}));
	return { codecs, encodings };
}

/**
 * What consumers choose from: the producer's media in the router's numbers.
 *
 * Throws a `TypeError` if the mapping is of other parameters.
 */
export function getConsumableRtpParameters(
	kind: MediaKind,
	params: RtpParameters,
	caps: RtpCapabilities,
	rtpMapping: RtpCodecsEncodingsMapping,
): RtpParameters {
	const { cname } = params.rtcp ?? {};
	return {
		codecs: consumableCodecs(params, caps, rtpMapping),
		headerExtensions: consumableExtensions(kind, params, caps),
		encodings: consumableEncodings(params, rtpMapping),
		rtcp: { ...(cname !== undefined && { cname }), reducedSize: true },
		...(params.msid !== undefined && { msid: params.msid }),
	};
}

function routerCodec(codec: RtpCodecParameters, caps: RtpCapabilities): RtpCodecCapability {
	const found = caps.codecs?.find((known) => codecsMatch(codec, known, { strict: true }));
	if (!found) {
		throw new UnsupportedError(
			`unsupported: codec ${codec.mimeType} with payload type ${codec.payloadType}`,
		);
	}
	return found;
}

function rtxOf(codec: RtpCodecCapability, caps: RtpCapabilities): RtpCodecCapability | undefined {
	return caps.codecs?.find(
		(other) => isRtx(other) && parametersOf(other)['apt'] === codec.preferredPayloadType,
	);
}

function adoptH264Answer(codec: RtpCodecParameters, ofRouter: RtpCodecCapability): void {
	if (codec.mimeType.toLowerCase() !== 'video/h264') {
		return;
	}
	const id = answer(parametersOf(codec), parametersOf(ofRouter));
	if (id !== undefined) {
		codec.parameters = { ...codec.parameters, 'profile-level-id': id };
	} else if (codec.parameters) {
		delete codec.parameters['profile-level-id'];
	}
}

function consumableCodecs(
	params: RtpParameters,
	caps: RtpCapabilities,
	rtpMapping: RtpCodecsEncodingsMapping,
): RtpCodecParameters[] {
	return params.codecs
		.filter((codec) => !isRtx(codec))
		.flatMap((codec) => {
			const mapped = rtpMapping.codecs.find(({ payloadType }) => payloadType === codec.payloadType);
			const ofRouter = caps.codecs?.find(
				({ preferredPayloadType }) => preferredPayloadType === mapped?.mappedPayloadType,
			);
			if (!mapped || !ofRouter) {
				throw invalid('rtpMapping.codecs', `payload type ${codec.payloadType} is missing`);
			}
			const rtx = rtxOf(ofRouter, caps);
			return [
				{ ...asParameters(ofRouter), parameters: copy(parametersOf(codec)) },
				...(rtx ? [asParameters(rtx)] : []),
			];
		});
}

/** What the router offers for this kind; some only if the producer has them. */
function consumableExtensions(
	kind: MediaKind,
	params: RtpParameters,
	caps: RtpCapabilities,
): RtpHeaderExtensionParameters[] {
	const isOffered = (uri: string) => params.headerExtensions?.some((offered) => offered.uri === uri);
	return (caps.headerExtensions ?? [])
		.filter((extension) => extension.kind === kind)
		.filter(({ uri, direction }) => {
			switch (uri) {
				// Routers only receive it, by the table; yet whoever can read it needs it to decode some layers.
				case DEPENDENCY_DESCRIPTOR:
					return isOffered(uri);
				case ABS_CAPTURE_TIME:
					return sends(direction) && isOffered(uri);
				default:
					return sends(direction);
			}
		})
		.map(({ uri, preferredId, preferredEncrypt }) => ({
			uri,
			id: preferredId,
			encrypt: preferredEncrypt ?? false,
			parameters: {},
		}));
}

function sends(direction: string | undefined): boolean {
	return direction === undefined || direction === 'sendrecv' || direction === 'sendonly';
}

function consumableEncodings(
	params: RtpParameters,
	rtpMapping: RtpCodecsEncodingsMapping,
): RtpEncodingParameters[] {
	return (params.encodings ?? []).map((encoding, at) => {
		const mapped = rtpMapping.encodings[at];
		if (!mapped) {
			throw invalid('rtpMapping.encodings', `encoding ${at} is missing`);
		}
		const { rid: _rid, rtx: _rtx, codecPayloadType: _payloadType, ...rest } = copy(encoding);
		return { ...rest, ssrc: mapped.mappedSsrc };
	});
}

function asParameters(codec: RtpCodecCapability): RtpCodecParameters {
	return {
		mimeType: codec.mimeType,
		payloadType: codec.preferredPayloadType,
		clockRate: codec.clockRate,
		...(codec.channels !== undefined && { channels: codec.channels }),
		parameters: copy(parametersOf(codec)),
		rtcpFeedback: copy(codec.rtcpFeedback ?? []),
	};
}
