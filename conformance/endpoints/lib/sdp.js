// @ts-check
/**
 * Between SDP, which GStreamer, werift and libdatachannel speak, and the parameters that the server speaks. Only as
 * much as one stream of opus, one of VP8 and data channels in one bundle take.
 */

/** @typedef {import('./signalling.js').TransportOffer} TransportOffer */
/** @typedef {import('mediasoup-client').types.RtpParameters} RtpParameters */
/** @typedef {import('mediasoup-client').types.DtlsParameters} DtlsParameters */

/**
 * @typedef {object} Section An `m=` section.
 * @property {'audio' | 'video' | 'application'} kind
 * @property {string} mid
 * @property {string[]} lines Without line ends.
 */

/** @param {string} sdp @returns {Section[]} */
export function sectionsOf(sdp) {
	const [, ...parts] = sdp.split(/^(?=m=)/m);
	return parts.map((part) => {
		const lines = part.split(/\r?\n/).filter((line) => line !== '');
		const kind = /** @type {Section['kind']} */ (/^m=(\w+)/.exec(part)?.[1]);
		return { kind, mid: valueOf(lines, 'mid'), lines };
	});
}

/**
 * The DTLS parameters of whoever wrote this SDP.
 *
 * @param {string} sdp
 * @returns {DtlsParameters}
 */
export function dtlsParametersOf(sdp) {
	const fingerprint = /^a=fingerprint:(\S+) (\S+)/m.exec(sdp);
	if (fingerprint === null) {
		throw new Error(`no fingerprint in ${sdp}`);
	}
	const algorithm = /** @type {'sha-256'} */ (String(fingerprint[1]).toLowerCase());
	return { role: 'client', fingerprints: [{ algorithm, value: String(fingerprint[2]).toUpperCase() }] };
}

/**
 * What an offered section sends: its codec, the first SSRC and no header extensions.
 *
 * @param {Section} section
 * @returns {RtpParameters}
 */
export function rtpParametersOf({ lines, kind, mid }) {
	const [payloadType, name, clockRate, channels] = /(\d+) ([^/]+)\/(\d+)(?:\/(\d+))?/.exec(valueOf(lines, 'rtpmap'))?.slice(1) ?? [];
	const ssrc = Number(valueOf(lines, 'ssrc').split(' ')[0]);
	const feedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }];
	return {
		mid,
		codecs: [
			{
				mimeType: `${kind}/${name}`,
				payloadType: Number(payloadType),
				clockRate: Number(clockRate),
				...(kind === 'audio' ? { channels: Number(channels ?? 2) } : {}),
				parameters: {},
				rtcpFeedback: kind === 'video' ? feedback : [],
			},
		],
		headerExtensions: [],
		encodings: [{ ssrc }],
		rtcp: { cname: `gstreamer-${mid}` },
	};
}

/**
 * The server's answer to an offer.
 *
 * @param {string} offer
 * @param {TransportOffer} transport
 */
export function answerTo(offer, transport) {
	const sections = sectionsOf(offer);
	const bodies = sections.map(({ lines, kind, mid }) => {
		if (kind === 'application') {
			const sctp = ['a=sctp-port:5000', `a=max-message-size:${transport.sctpParameters?.maxMessageSize}`];
			return ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', ...common(transport, mid), ...sctp];
		}
		const payloadType = valueOf(lines, 'rtpmap').split(' ')[0];
		const copied = lines.filter((line) => new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${payloadType} `).test(line));
		return [`m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadType}`, ...common(transport, mid), 'a=recvonly', ...copied];
	});
	return session(sections.map(({ mid }) => mid), bodies);
}

/**
 * The server's offer of what it sends.
 *
 * @param {TransportOffer} transport
 * @param {readonly { kind: 'audio' | 'video', rtpParameters: RtpParameters }[]} consumers
 */
export function offerOf(transport, consumers) {
	const mids = consumers.map((_, index) => String(index));
	const bodies = consumers.map(({ kind, rtpParameters }, index) => {
		const [codec] = rtpParameters.codecs;
		const [encoding] = rtpParameters.encodings ?? [];
		if (codec === undefined || encoding?.ssrc === undefined) {
			throw new Error('a consumer without codec or SSRC');
		}
		const channels = codec.channels === undefined ? '' : `/${codec.channels}`;
		const feedback = (codec.rtcpFeedback ?? [])
			.filter(({ type, parameter }) => type === 'nack' || parameter === 'fir')
			.map(({ type, parameter }) => `a=rtcp-fb:${codec.payloadType} ${[type, parameter].filter(Boolean).join(' ')}`);
		return [
			`m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
			...common(transport, String(index)),
			'a=sendonly',
			`a=rtpmap:${codec.payloadType} ${codec.mimeType.split('/')[1]}/${codec.clockRate}${channels}`,
			...feedback,
			`a=ssrc:${encoding.ssrc} cname:${rtpParameters.rtcp?.cname}`,
		];
	});
	return session(mids, bodies);
}

/** @param {TransportOffer} transport @param {string} mid */
function common({ iceParameters, iceCandidates, dtlsParameters }, mid) {
	const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
	const candidates = iceCandidates
		.filter(({ protocol }) => protocol === 'udp')
		.map(
			({ foundation, priority, ip, port, type }) => `a=candidate:${foundation} 1 UDP ${priority} ${ip} ${port} typ ${type}`,
		);
	return [
		'c=IN IP4 0.0.0.0',
		`a=mid:${mid}`,
		`a=ice-ufrag:${iceParameters.usernameFragment}`,
		`a=ice-pwd:${iceParameters.password}`,
		`a=fingerprint:sha-256 ${fingerprint?.value}`,
		'a=setup:passive',
		'a=rtcp-mux',
		'a=rtcp-rsize',
		...candidates,
		'a=end-of-candidates',
	];
}

/** @param {readonly string[]} mids @param {readonly string[][]} bodies */
function session(mids, bodies) {
	const head = ['v=0', 'o=brodo 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite', `a=group:BUNDLE ${mids.join(' ')}`];
	return [...head, ...bodies.flat(), ''].join('\r\n');
}

/** The value of an attribute's first line. @param {readonly string[]} lines @param {string} attribute */
function valueOf(lines, attribute) {
	const start = `a=${attribute}:`;
	return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
}
