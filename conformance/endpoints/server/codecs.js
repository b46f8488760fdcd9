// @ts-check
/** What rooms exchange: the codecs that browsers have in common, as in the demo. */

/** @type {import('brodo').types.RouterRtpCodecCapability[]} */
export const mediaCodecs = [
	{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
	{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
	{ kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
	{
		kind: 'video',
		mimeType: 'video/H264',
		clockRate: 90_000,
		parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
	},
	{ kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

/**
 * What a recorder that says nothing of itself can do: every codec of the room, and to ask for key frames; no
 * retransmission, no header extensions.
 *
 * @param {import('brodo').types.RtpCapabilities} router
 * @returns {import('brodo').types.RtpCapabilities}
 */
export function recorderCapabilities(router) {
	const codecs = (router.codecs ?? [])
		.filter(({ mimeType }) => !mimeType.endsWith('/rtx'))
		.map((codec) => ({
			...codec,
			rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ parameter }) => parameter === 'pli' || parameter === 'fir'),
		}));
	return { codecs, headerExtensions: [] };
}
