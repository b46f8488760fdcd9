/** A router on a {@link Peer}, and what is usually in it. */

'use strict';

const { ortc } = require('../../lib');
const { RouterImpl } = require('../../lib/Router');
const { Peer } = require('./peer');

const OPUS = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 };

const LISTEN = { listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] };

let routers = 0;

/** A router; its worker is `peer`. */
function room(peer = new Peer()) {
	routers += 1;
	const caps = ortc.generateRouterRtpCapabilities([OPUS]);
	const router = new RouterImpl(`router${routers}`, peer.channel, caps);
	return { peer, router };
}

/** Options of an audio producer. */
function audio(ssrc = 1111) {
	return {
		kind: 'audio',
		rtpParameters: {
			codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2 }],
			encodings: [{ ssrc }],
		},
	};
}

module.exports = { LISTEN, audio, room };
