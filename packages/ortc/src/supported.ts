/** What routers can do. */

import { copy } from './copy.js';
import type {
	RouterRtpCapabilities,
	RouterRtpCodecCapability,
	RtcpFeedback,
	RtpHeaderExtension,
	RtpHeaderExtensionDirection,
	RtpHeaderExtensionUri,
} from './types.js';

const NACK: RtcpFeedback = { type: 'nack', parameter: '' };
const TRANSPORT_CC: RtcpFeedback = { type: 'transport-cc', parameter: '' };
const VIDEO_FEEDBACK: RtcpFeedback[] = [
	NACK,
	{ type: 'nack', parameter: 'pli' },
	{ type: 'ccm', parameter: 'fir' },
	{ type: 'goog-remb', parameter: '' },
	TRANSPORT_CC,
];

export const DEPENDENCY_DESCRIPTOR: RtpHeaderExtensionUri =
	'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';
export const DEPENDENCY_DESCRIPTOR_ID = 7;
export const MID: RtpHeaderExtensionUri = 'urn:ietf:params:rtp-hdrext:sdes:mid';
export const ABS_SEND_TIME: RtpHeaderExtensionUri =
	'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
export const TRANSPORT_WIDE_CC: RtpHeaderExtensionUri =
	'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
export const ABS_CAPTURE_TIME: RtpHeaderExtensionUri =
	'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** What comes besides the name and the clock rate. */
type Rest = Pick<RouterRtpCodecCapability, 'channels' | 'preferredPayloadType' | 'parameters' | 'rtcpFeedback'>;

const audio = (mimeType: string, clockRate: number, rest: Rest): RouterRtpCodecCapability => ({
	kind: 'audio',
	mimeType,
	clockRate,
	channels: 1,
	parameters: {},
	rtcpFeedback: [TRANSPORT_CC],
	...rest,
});

const multiopus = (
	channels: number,
	channel_mapping: string,
	num_streams: number,
	coupled_streams: number,
): RouterRtpCodecCapability =>
	audio('audio/multiopus', 48_000, {
		channels,
		parameters: { channel_mapping, num_streams, coupled_streams },
		rtcpFeedback: [NACK, TRANSPORT_CC],
	});

const video = (mimeType: string, parameters: object = {}): RouterRtpCodecCapability => ({
	kind: 'video',
	mimeType,
	clockRate: 90_000,
	parameters,
	rtcpFeedback: VIDEO_FEEDBACK,
});

/** A payload type is given where RFC 3551 §6 has a static one. */
const CODECS: readonly RouterRtpCodecCapability[] = [
	audio('audio/opus', 48_000, { channels: 2, rtcpFeedback: [NACK, TRANSPORT_CC] }),
	multiopus(4, '0,1,2,3', 2, 2),
	multiopus(6, '0,4,1,2,3,5', 4, 2),
	multiopus(8, '0,6,1,2,3,4,5,7', 5, 3),
	audio('audio/PCMU', 8_000, { preferredPayloadType: 0 }),
	audio('audio/PCMA', 8_000, { preferredPayloadType: 8 }),
	audio('audio/ISAC', 32_000, {}),
	audio('audio/ISAC', 16_000, {}),
	audio('audio/G722', 8_000, { preferredPayloadType: 9 }),
	audio('audio/iLBC', 8_000, {}),
	...[24_000, 16_000, 12_000, 8_000].map((clockRate) => audio('audio/SILK', clockRate, {})),
	...[32_000, 16_000, 8_000].map((clockRate) =>
		audio('audio/CN', clockRate, { preferredPayloadType: 13, rtcpFeedback: [] }),
	),
	...[48_000, 32_000, 16_000, 8_000].map((clockRate) =>
		audio('audio/telephone-event', clockRate, { rtcpFeedback: [] }),
	),
	video('video/VP8'),
	video('video/VP9'),
	video('video/H264', { 'level-asymmetry-allowed': 1 }),
	video('video/AV1'),
	video('video/H265'),
];

type Direction = RtpHeaderExtensionDirection | undefined;

/** In the order of their ids, from 1: the URI, its direction for audio, and for video. */
const HEADER_EXTENSIONS: readonly (readonly [RtpHeaderExtensionUri, Direction, Direction])[] = [
	[MID, 'sendrecv', 'sendrecv'],
	['urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', undefined, 'recvonly'],
	['urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id', undefined, 'recvonly'],
	[ABS_SEND_TIME, 'sendrecv', 'sendrecv'],
	[TRANSPORT_WIDE_CC, 'recvonly', 'sendrecv'],
	['urn:ietf:params:rtp-hdrext:ssrc-audio-level', 'sendrecv', undefined],
	[DEPENDENCY_DESCRIPTOR, undefined, 'recvonly'],
	['urn:3gpp:video-orientation', undefined, 'sendrecv'],
	['urn:ietf:params:rtp-hdrext:toffset', undefined, 'sendrecv'],
	[ABS_CAPTURE_TIME, 'sendrecv', 'sendrecv'],
	['http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', 'sendrecv', 'sendrecv'],
	['urn:mediasoup:params:rtp-hdrext:packet-id', 'sendrecv', 'sendrecv'],
];

/** What routers can do: a copy, the same every time. */
export function getSupportedRtpCapabilities(): RouterRtpCapabilities {
	return { codecs: supportedCodecs(), headerExtensions: supportedHeaderExtensions() };
}

/** Every codec that a router may have. */
export function supportedCodecs(): RouterRtpCodecCapability[] {
	return copy(CODECS) as RouterRtpCodecCapability[];
}

/** Every header extension, audio before video. */
export function supportedHeaderExtensions(): RtpHeaderExtension[] {
	return HEADER_EXTENSIONS.flatMap(([uri, ofAudio, ofVideo], at) => {
		const entry = (kind: 'audio' | 'video', direction: Direction): RtpHeaderExtension[] =>
			direction ? [{ kind, uri, preferredId: at + 1, preferredEncrypt: false, direction }] : [];
		return [...entry('audio', ofAudio), ...entry('video', ofVideo)];
	});
}
