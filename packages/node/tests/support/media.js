/** What is sent through a real worker, and the usual options. */

'use strict';

const MEDIA_CODECS = [
	{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
	{ kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
	{ kind: 'video', mimeType: 'video/VP9', clockRate: 90000 },
];
const UDP = { protocol: 'udp', ip: '127.0.0.1' };
const LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const LEVEL_ID = 6;

/** Options of an audio producer. */
function audio(ssrc) {
	return {
		kind: 'audio',
		rtpParameters: {
			codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2 }],
			headerExtensions: [{ uri: LEVEL_URI, id: LEVEL_ID }],
			encodings: [{ ssrc }],
		},
	};
}

/** Sound from the application, back to the application. */
async function directAudio(router) {
	const transport = await router.createDirectTransport();
	const producer = await transport.produce(audio(1111));
	const { rtpCapabilities } = router;
	const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
	return { transport, producer, consumer };
}

/** An Opus packet with a level (RFC 6464) in dBov below 0. */
function rtp({ sequence, level }) {
	const header = Buffer.alloc(12);
	header[0] = 0x90;
	header[1] = 111;
	header.writeUInt16BE(sequence, 2);
	header.writeUInt32BE(sequence * 960, 4);
	header.writeUInt32BE(1111, 8);
	// RFC 8285 §4.2: one word of one-byte extensions.
	const extension = Buffer.from([0xbe, 0xde, 0, 1, LEVEL_ID << 4, 0x80 | level, 0, 0]);
	return Buffer.concat([header, extension, Buffer.alloc(40, 1)]);
}

/** Options of a video producer. */
function video(encodings, mimeType = 'video/VP8') {
	return {
		kind: 'video',
		rtpParameters: { codecs: [{ mimeType, payloadType: 96, clockRate: 90000 }], encodings },
	};
}

module.exports = { LEVEL_ID, LEVEL_URI, MEDIA_CODECS, UDP, audio, directAudio, rtp, video };
