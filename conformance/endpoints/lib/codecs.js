// @ts-check
/** The codecs of plain RTP, as the server wants to hear of them. */

/** @typedef {'opus' | 'vp8' | 'h264'} PlainCodec */

/** Free among the dynamic payload types. */
export const PAYLOAD_TYPES = /** @type {const} */ ({ opus: 100, vp8: 101, h264: 102 });

/** Below 2^31, or ffmpeg refuses them. */
export const SSRCS = /** @type {const} */ ({ opus: 11_111_111, vp8: 22_222_222, h264: 33_333_333 });

const FEEDBACK = [{ type: 'nack', parameter: 'pli' }];

const CODECS = {
	opus: { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { 'sprop-stereo': 1 } },
	vp8: { mimeType: 'video/VP8', clockRate: 90_000, parameters: {}, rtcpFeedback: FEEDBACK },
	h264: {
		mimeType: 'video/H264',
		clockRate: 90_000,
		parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
		rtcpFeedback: FEEDBACK,
	},
};

/**
 * What is asked of the server for a stream that is played into a room.
 *
 * @param {PlainCodec} codec
 */
export function playing(codec) {
	return {
		kind: kindOf(codec),
		comedia: true,
		rtpParameters: {
			codecs: [{ ...CODECS[codec], payloadType: PAYLOAD_TYPES[codec] }],
			headerExtensions: [],
			encodings: [{ ssrc: SSRCS[codec] }],
			rtcp: { cname: `plain-${codec}` },
		},
	};
}

/** @param {PlainCodec} codec @returns {'audio' | 'video'} */
export function kindOf(codec) {
	return codec === 'opus' ? 'audio' : 'video';
}
