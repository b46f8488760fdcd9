/** Picks out of a browser's statistics what people and tests look at. */

import { type Fields, number, string } from '../parse';

export interface SentStats {
	readonly mid: string | undefined;
	readonly kind: string | undefined;
	readonly codec: string | undefined;
	readonly bytesSent: number | undefined;
	readonly packetsSent: number | undefined;
	readonly framesEncoded: number | undefined;
	readonly frameWidth: number | undefined;
	readonly frameHeight: number | undefined;
	readonly framesPerSecond: number | undefined;
	readonly qualityLimitationReason: string | undefined;
	readonly scalabilityMode: string | undefined;
	readonly nackCount: number | undefined;
	readonly pliCount: number | undefined;
	readonly retransmittedPacketsSent: number | undefined;
	/** Of our microphone, 0 to 1. */
	readonly audioLevel: number | undefined;
	/** What the other end reports. */
	readonly packetsLost: number | undefined;
	readonly fractionLost: number | undefined;
	/** Seconds. */
	readonly rtt: number | undefined;
}

export interface ReceivedStats {
	readonly mid: string | undefined;
	readonly kind: string | undefined;
	readonly codec: string | undefined;
	readonly bytesReceived: number | undefined;
	readonly packetsReceived: number | undefined;
	readonly packetsLost: number | undefined;
	/** Seconds. */
	readonly jitter: number | undefined;
	readonly framesDecoded: number | undefined;
	readonly framesDropped: number | undefined;
	readonly freezeCount: number | undefined;
	readonly frameWidth: number | undefined;
	readonly frameHeight: number | undefined;
	readonly framesPerSecond: number | undefined;
	readonly keyFramesDecoded: number | undefined;
	readonly nackCount: number | undefined;
	readonly pliCount: number | undefined;
	readonly retransmittedPacketsReceived: number | undefined;
	readonly audioLevel: number | undefined;
	readonly totalAudioEnergy: number | undefined;
	readonly concealedSamples: number | undefined;
	readonly totalSamplesReceived: number | undefined;
}

export interface LinkStats {
	readonly dtlsState: string | undefined;
	/** As on the wire, in hex: `FEFD` is DTLS 1.2, `FEFC` DTLS 1.3. */
	readonly tlsVersion: string | undefined;
	readonly dtlsVersion: string | undefined;
	readonly dtlsCipher: string | undefined;
	readonly srtpCipher: string | undefined;
	readonly iceState: string | undefined;
	/** Of the pair that is in use. */
	readonly protocol: string | undefined;
	readonly localAddress: string | undefined;
	readonly remoteAddress: string | undefined;
	readonly remotePort: number | undefined;
	/** Seconds. */
	readonly rtt: number | undefined;
	readonly bytesSent: number | undefined;
	readonly bytesReceived: number | undefined;
	readonly availableOutgoingBitrate: number | undefined;
}

export interface Report {
	readonly sent: readonly SentStats[];
	readonly received: readonly ReceivedStats[];
	readonly transports: readonly LinkStats[];
}

/** mediasoup-client receives padding on this MID for the browser's bandwidth estimator. */
const PROBATOR = 'probator';

const DTLS_VERSIONS: Readonly<Record<string, string>> = { FEFF: '1.0', FEFD: '1.2', FEFC: '1.3' };

/** Reduces the statistics of one transport. */
export function reduceStats(entries: Iterable<Fields>): Report {
	const all = new Map<string, Fields>();
	for (const entry of entries) {
		const id = string(entry, 'id');
		if (id !== undefined) {
			all.set(id, entry);
		}
	}
	const ofType = (type: string): readonly Fields[] => [...all.values()].filter((entry) => entry['type'] === type);
	const named = (entry: Fields | undefined, key: string): Fields | undefined =>
		entry === undefined ? undefined : all.get(string(entry, key) ?? '');
	const codecOf = (entry: Fields): string | undefined => {
		const codec = named(entry, 'codecId');
		return codec === undefined ? undefined : string(codec, 'mimeType');
	};
	const remotes = ofType('remote-inbound-rtp');

	return {
		sent: ofType('outbound-rtp').map((entry) => {
			const remote = named(entry, 'remoteId') ?? remotes.find((one) => one['localId'] === entry['id']);
			return sentStats(entry, codecOf(entry), named(entry, 'mediaSourceId'), remote);
		}),
		received: ofType('inbound-rtp')
			.filter((entry) => entry['mid'] !== PROBATOR)
			.map((entry) => receivedStats(entry, codecOf(entry))),
		transports: ofType('transport').map((entry) => {
			// Firefox has no selectedCandidatePairId but marks the pair.
			const pair =
				named(entry, 'selectedCandidatePairId') ?? ofType('candidate-pair').find((one) => one['selected'] === true);
			return linkStats(entry, pair, named(pair, 'localCandidateId'), named(pair, 'remoteCandidateId'));
		}),
	};
}

export function joined(reports: readonly Report[]): Report {
	return {
		sent: reports.flatMap((report) => report.sent),
		received: reports.flatMap((report) => report.received),
		transports: reports.flatMap((report) => report.transports),
	};
}

function sentStats(
	entry: Fields,
	codec: string | undefined,
	source: Fields | undefined,
	remote: Fields | undefined,
): SentStats {
	const from = (other: Fields | undefined, key: string): number | undefined =>
		other === undefined ? undefined : number(other, key);
	return {
		mid: string(entry, 'mid'),
		kind: string(entry, 'kind'),
		codec,
		bytesSent: number(entry, 'bytesSent'),
		packetsSent: number(entry, 'packetsSent'),
		framesEncoded: number(entry, 'framesEncoded'),
		frameWidth: number(entry, 'frameWidth'),
		frameHeight: number(entry, 'frameHeight'),
		framesPerSecond: number(entry, 'framesPerSecond'),
		qualityLimitationReason: string(entry, 'qualityLimitationReason'),
		scalabilityMode: string(entry, 'scalabilityMode'),
		nackCount: number(entry, 'nackCount'),
		pliCount: number(entry, 'pliCount'),
		retransmittedPacketsSent: number(entry, 'retransmittedPacketsSent'),
		audioLevel: from(source, 'audioLevel'),
		packetsLost: from(remote, 'packetsLost'),
		fractionLost: from(remote, 'fractionLost'),
		rtt: from(remote, 'roundTripTime'),
	};
}

function receivedStats(entry: Fields, codec: string | undefined): ReceivedStats {
	return {
		mid: string(entry, 'mid'),
		kind: string(entry, 'kind'),
		codec,
		bytesReceived: number(entry, 'bytesReceived'),
		packetsReceived: number(entry, 'packetsReceived'),
		packetsLost: number(entry, 'packetsLost'),
		jitter: number(entry, 'jitter'),
		framesDecoded: number(entry, 'framesDecoded'),
		framesDropped: number(entry, 'framesDropped'),
		freezeCount: number(entry, 'freezeCount'),
		frameWidth: number(entry, 'frameWidth'),
		frameHeight: number(entry, 'frameHeight'),
		framesPerSecond: number(entry, 'framesPerSecond'),
		keyFramesDecoded: number(entry, 'keyFramesDecoded'),
		nackCount: number(entry, 'nackCount'),
		pliCount: number(entry, 'pliCount'),
		retransmittedPacketsReceived: number(entry, 'retransmittedPacketsReceived'),
		audioLevel: number(entry, 'audioLevel'),
		totalAudioEnergy: number(entry, 'totalAudioEnergy'),
		concealedSamples: number(entry, 'concealedSamples'),
		totalSamplesReceived: number(entry, 'totalSamplesReceived'),
	};
}

function linkStats(
	entry: Fields,
	pair: Fields | undefined,
	local: Fields | undefined,
	remote: Fields | undefined,
): LinkStats {
	const tlsVersion = string(entry, 'tlsVersion')?.toUpperCase();
	return {
		dtlsState: string(entry, 'dtlsState'),
		tlsVersion,
		dtlsVersion: tlsVersion === undefined ? undefined : DTLS_VERSIONS[tlsVersion],
		dtlsCipher: string(entry, 'dtlsCipher'),
		srtpCipher: string(entry, 'srtpCipher'),
		iceState: string(entry, 'iceState'),
		protocol: local === undefined ? undefined : string(local, 'protocol'),
		localAddress: local === undefined ? undefined : string(local, 'address'),
		remoteAddress: remote === undefined ? undefined : string(remote, 'address'),
		remotePort: remote === undefined ? undefined : number(remote, 'port'),
		rtt: pair === undefined ? undefined : number(pair, 'currentRoundTripTime'),
		bytesSent: number(entry, 'bytesSent'),
		bytesReceived: number(entry, 'bytesReceived'),
		availableOutgoingBitrate: pair === undefined ? undefined : number(pair, 'availableOutgoingBitrate'),
	};
}
