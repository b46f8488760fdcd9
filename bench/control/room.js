/** A router on a worker of its own, and what every bench puts into it. */

import { randomBytes } from 'node:crypto';

import brodo from 'brodo';

export const AUDIO = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 };
export const VIDEO = { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 };

const CODECS = [AUDIO, VIDEO, { kind: 'video', mimeType: 'video/H264', clockRate: 90000, parameters: { 'packetization-mode': 1 } }];

/** A worker, a router, and one port for all WebRTC transports. */
export async function openRoom() {
	const worker = await brodo.createWorker({ logLevel: 'error' });
	const router = await worker.createRouter({ mediaCodecs: CODECS });
	const webRtcServer = await worker.createWebRtcServer({
		listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
	});
	return { worker, router, webRtcServer };
}

/** A transport on a port of its own. */
export function ownPort() {
	return { listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] };
}

/** What a browser says about its certificate. */
export function dtlsParameters() {
	const value = [...randomBytes(32)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
	return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}

/** A camera with a retransmission stream, or a microphone. */
export function producerOptions(kind, ssrc) {
	const headerExtensions = [
		{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
		{ uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01', id: 3 },
	];
	if (kind === 'audio') {
		const codecs = [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2, parameters: { useinbandfec: 1 } }];
		return { kind, rtpParameters: { mid: String(ssrc), codecs, headerExtensions, encodings: [{ ssrc }] } };
	}
	const codecs = [
		{
			mimeType: 'video/VP8',
			payloadType: 96,
			clockRate: 90000,
			rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'transport-cc' }],
		},
		{ mimeType: 'video/rtx', payloadType: 97, clockRate: 90000, parameters: { apt: 96 } },
	];
	const encodings = [{ ssrc, rtx: { ssrc: ssrc + 1 } }];
	return { kind, rtpParameters: { mid: String(ssrc), codecs, headerExtensions, encodings } };
}
