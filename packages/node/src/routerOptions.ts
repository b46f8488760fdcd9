/** What routers make transports and observers from, as the worker wants it. */

import {
	infosOfListenIp,
	udpInfoOfListenIp,
	wireListenInfo,
	wireListenInfos,
} from './listen';
import type { WebRtcListen, WireListenInfo } from './protocol';
import { MESSAGE_SIZE_DEFAULT, wireSctpOptions } from './sctp';
import { wireCryptoSuite } from './srtp';
import type { ActiveSpeakerObserverOptions } from './types/activeSpeakerObserver';
import type { AudioLevelObserverOptions } from './types/audioLevelObserver';
import type { DirectTransportOptions } from './types/directTransport';
import type { PipeTransportOptions } from './types/pipeTransport';
import type { PlainTransportOptions } from './types/plainTransport';
import type { TransportListenInfo } from './types/transport';
import type { WebRtcTransportOptions } from './types/webRtcTransport';
import { bitrate, i8, u16, u32, u8 } from './wire';

/** Seconds. */
const ICE_CONSENT_TIMEOUT_DEFAULT = 30;
const ICE_CONSENT_TIMEOUT_MIN = 10;
const ICE_CONSENT_TIMEOUT_MAX = 60;

/** Bits a second. */
const OUTGOING_BITRATE_DEFAULT = 600_000;

/** Milliseconds. */
const ACTIVE_SPEAKER_INTERVAL_DEFAULT = 300;
const AUDIO_LEVEL_INTERVAL_DEFAULT = 1_000;

/** dBov. */
const AUDIO_LEVEL_MIN = -127;
const AUDIO_LEVEL_THRESHOLD_DEFAULT = -80;

/** Throws a `TypeError` if an option is wrong. */
export function wireWebRtcTransportOptions(options: WebRtcTransportOptions) {
	return {
		listen: webRtcListen(options),
		iceConsentTimeout: iceConsentTimeout(options.iceConsentTimeout),
		initialAvailableOutgoingBitrate: bitrate(
			options.initialAvailableOutgoingBitrate ?? OUTGOING_BITRATE_DEFAULT,
			'initialAvailableOutgoingBitrate',
		),
		sctp: wireSctpOptions(options),
	};
}

/** Throws a `TypeError` if an option is wrong. */
export function wirePlainTransportOptions(options: PlainTransportOptions) {
	const { rtcpListenInfo, rtcpMux = true, comedia = false, enableSrtp = false } = options;
	const suite = wireCryptoSuite(
		options.srtpCryptoSuite ?? 'AES_CM_128_HMAC_SHA1_80',
		'srtpCryptoSuite',
	);
	return {
		listenInfo: datagramListenInfo(options),
		rtcpListenInfo: rtcpListenInfo ? wireDatagramInfo(rtcpListenInfo, 'rtcpListenInfo') : null,
		rtcpMux: Boolean(rtcpMux) && !rtcpListenInfo,
		comedia: Boolean(comedia),
		srtp: enableSrtp ? suite : null,
		sctp: wireSctpOptions(options),
	};
}

/** Throws a `TypeError` if an option is wrong. */
export function wirePipeTransportOptions(options: PipeTransportOptions) {
	return {
		listenInfo: datagramListenInfo(options),
		enableRtx: Boolean(options.enableRtx),
		enableSrtp: Boolean(options.enableSrtp),
		sctp: wireSctpOptions(options),
	};
}

export function wireDirectTransportOptions(options: DirectTransportOptions) {
	return {
		maxSendMessageSize: u32(options.maxSendMessageSize ?? MESSAGE_SIZE_DEFAULT),
		maxReceiveMessageSize: u32(options.maxReceiveMessageSize ?? MESSAGE_SIZE_DEFAULT),
	};
}

/** Throws a `TypeError` if an option is wrong. */
export function wireActiveSpeakerObserverOptions(options: ActiveSpeakerObserverOptions) {
	return { interval: interval(options.interval ?? ACTIVE_SPEAKER_INTERVAL_DEFAULT) };
}

/** Throws a `TypeError` if an option is wrong. */
export function wireAudioLevelObserverOptions(options: AudioLevelObserverOptions) {
	const { maxEntries = 1, threshold = AUDIO_LEVEL_THRESHOLD_DEFAULT } = options;
	if (typeof maxEntries !== 'number' || maxEntries <= 0) {
		throw new TypeError('maxEntries: must be a positive number');
	}
	if (typeof threshold !== 'number' || threshold < AUDIO_LEVEL_MIN || threshold > 0) {
		throw new TypeError('threshold: must be a number from -127 to 0');
	}
	return {
		maxEntries: u16(maxEntries),
		threshold: i8(threshold),
		interval: interval(options.interval ?? AUDIO_LEVEL_INTERVAL_DEFAULT),
	};
}

function webRtcListen(options: WebRtcTransportOptions): WebRtcListen {
	const { webRtcServer, listenInfos, listenIps, port } = options;
	if (webRtcServer && listenInfos && listenIps) {
		throw new TypeError('webRtcServer, listenInfos and listenIps exclude each other');
	}
	const { enableUdp = true, enableTcp = Boolean(webRtcServer) } = options;
	const { preferUdp = false, preferTcp = false } = options;
	const protocols = { enableUdp, enableTcp, preferUdp, preferTcp };
	if (webRtcServer) {
		return {
			server: {
				id: webRtcServer.id,
				enableUdp: Boolean(enableUdp),
				enableTcp: Boolean(enableTcp),
				preferUdp: Boolean(preferUdp),
				preferTcp: Boolean(preferTcp),
			},
		};
	}
	if (Array.isArray(listenIps)) {
		const infos = listenIps.flatMap((listenIp) => infosOfListenIp(listenIp, port, protocols));
		return { individual: wireListenInfos(infos, 'listenIps') };
	}
	return { individual: wireListenInfos(listenInfos as TransportListenInfo[], 'listenInfos') };
}

/** The socket of a transport that has only one. Exactly one of both ways to name it is to be used. */
function datagramListenInfo(
	options: Pick<PlainTransportOptions, 'listenInfo' | 'listenIp' | 'port'>,
): WireListenInfo {
	const { listenInfo, listenIp, port } = options;
	if (Boolean(listenInfo) === Boolean(listenIp)) {
		throw new TypeError('exactly one of listenInfo and listenIp must be given');
	}
	return listenIp
		? wireListenInfo(udpInfoOfListenIp(listenIp, port), 'listenIp')
		: wireDatagramInfo(listenInfo!, 'listenInfo');
}

function wireDatagramInfo(info: TransportListenInfo, field: string): WireListenInfo {
	const wire = wireListenInfo(info, field);
	if (wire.protocol !== 'udp') {
		throw new TypeError(`${field}.protocol: must be udp`);
	}
	return wire;
}

function iceConsentTimeout(seconds: number | undefined): number {
	const wanted = u8(seconds ?? ICE_CONSENT_TIMEOUT_DEFAULT);
	return wanted && Math.min(Math.max(wanted, ICE_CONSENT_TIMEOUT_MIN), ICE_CONSENT_TIMEOUT_MAX);
}

function interval(milliseconds: unknown): number {
	if (typeof milliseconds !== 'number') {
		throw new TypeError('interval: must be a number');
	}
	return u16(milliseconds);
}
