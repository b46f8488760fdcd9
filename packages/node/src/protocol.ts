/**
 * What this package and the worker say to each other: the vocabulary of `crates/wire/control`, as
 * MessagePack gives it. An enum is a string, or an object with the variant as its only key.
 *
 * Answers are typed after `null` has become `undefined`.
 */

import type { MediaKind } from 'brodo-ortc';

import type { ConsumerLayers, ConsumerScore, ConsumerType } from './types/consumer';
import type { ProducerScore, ProducerType, ProducerVideoOrientation } from './types/producer';
import type { SctpNegotiatedCapabilities, SctpParameters, SctpState } from './types/sctp';
import type { SrtpCryptoSuite, SrtpParameters } from './types/srtp';
import type { WorkerLogLevel } from './types/worker';

/** A transport's addresses, without the deprecated copy that the API has. */
export type WireTuple = {
	localAddress: string;
	localPort: number;
	remoteIp?: string;
	remotePort: number;
	protocol: 'udp' | 'tcp';
};

/** A candidate, without the deprecated copy that the API has. */
export type WireCandidate = {
	foundation: string;
	priority: number;
	address: string;
	protocol: 'udp' | 'tcp';
	port: number;
	type: 'host';
	tcpType?: 'passive';
};

export type WireListenInfo = {
	protocol: 'udp' | 'tcp';
	ip: string;
	announcedAddress: string | null;
	exposeInternalIp: boolean;
	port: number | null;
	portRange: { min: number; max: number } | null;
	flags: { ipv6Only: boolean; udpReusePort: boolean };
	sendBufferSize: number | null;
	recvBufferSize: number | null;
};

export type WireSctpOptions = {
	maxSendMessageSize: number;
	maxReceiveMessageSize: number;
	sendBufferSize: number;
	perStreamSendQueueLimit: number;
	maxReceiverWindowBufferSize: number;
	defaultStreamBufferedAmountLowThreshold: number;
};

export type WireStreamParameters = {
	streamId: number;
	ordered: boolean;
	maxPacketLifeTime: number | null;
	maxRetransmits: number | null;
};

export type WireMessage = { ppid: number; data: Uint8Array };

export type WireAudience = {
	subchannels: number[];
	requiredSubchannel: number | null;
	ignoredSubchannel: number | null;
};

/** RTP parameters, built by `rtpWire`: nothing in them is `undefined`. */
export type WireRtpParameters = Record<string, unknown>;

export type WireLayers = { spatialLayer: number; temporalLayer: number | null };

export type WebRtcListen =
	| { individual: WireListenInfo[] }
	| {
			server: {
				id: string;
				enableUdp: boolean;
				enableTcp: boolean;
				preferUdp: boolean;
				preferTcp: boolean;
			};
	  };

export type RouterCall =
	| {
			createWebRtcTransport: [
				string,
				{
					listen: WebRtcListen;
					iceConsentTimeout: number;
					initialAvailableOutgoingBitrate: bigint;
					sctp: WireSctpOptions | null;
				},
			];
	  }
	| {
			createPlainTransport: [
				string,
				{
					listenInfo: WireListenInfo;
					rtcpListenInfo: WireListenInfo | null;
					rtcpMux: boolean;
					comedia: boolean;
					srtp: SrtpCryptoSuite | null;
					sctp: WireSctpOptions | null;
				},
			];
	  }
	| {
			createPipeTransport: [
				string,
				{
					listenInfo: WireListenInfo;
					enableRtx: boolean;
					enableSrtp: boolean;
					sctp: WireSctpOptions | null;
				},
			];
	  }
	| { createDirectTransport: [string, { maxSendMessageSize: number; maxReceiveMessageSize: number }] }
	| { createActiveSpeakerObserver: [string, { interval: number }] }
	| {
			createAudioLevelObserver: [
				string,
				{ maxEntries: number; threshold: number; interval: number },
			];
	  }
	| 'dump'
	| 'close';

export type TransportCall =
	| { connectWebRtc: { role: string; fingerprints: { algorithm: string; value: string }[] } }
	| {
			connectPlain: {
				ip: string | null;
				port: number | null;
				rtcpPort: number | null;
				srtpParameters: SrtpParameters | null;
			};
	  }
	| { connectPipe: { ip: string; port: number | null; srtpParameters: SrtpParameters | null } }
	| 'restartIce'
	| { setMaxIncomingBitrate: bigint | null }
	| { setMaxOutgoingBitrate: bigint | null }
	| { setMinOutgoingBitrate: bigint | null }
	| {
			produce: {
				id: string;
				kind: MediaKind;
				rtpParameters: WireRtpParameters;
				rtpMapping: Record<string, unknown>;
				keyFrameRequestDelay: number;
				paused: boolean;
				enablePacketId: boolean;
			};
	  }
	| {
			consume: {
				id: string;
				producerId: string;
				kind: MediaKind;
				rtpParameters: WireRtpParameters;
				consumableRtpEncodings: Record<string, unknown>[];
				ignoreDtx: boolean;
				paused: boolean;
				pipe: boolean;
				preferredLayers: WireLayers | null;
			};
	  }
	| {
			produceData: {
				id: string;
				sctpStreamParameters: WireStreamParameters | null;
				label: string;
				protocol: string;
				paused: boolean;
			};
	  }
	| {
			consumeData: {
				id: string;
				dataProducerId: string;
				sctpStreamParameters: WireStreamParameters | null;
				label: string;
				protocol: string;
				paused: boolean;
				subchannels: number[];
			};
	  }
	| { enableTraceEvent: string[] }
	| 'dump'
	| 'getStats'
	| 'close';

export type ProducerCall =
	| 'pause'
	| 'resume'
	| { enableTraceEvent: string[] }
	| 'dump'
	| 'getStats'
	| 'close';

export type ConsumerCall =
	| ProducerCall
	| 'requestKeyFrame'
	| { setPreferredLayers: WireLayers }
	| { setPriority: number };

export type DataProducerCall = 'pause' | 'resume' | 'dump' | 'getStats' | 'close';

export type DataConsumerCall =
	| DataProducerCall
	| 'getBufferedAmount'
	| { setBufferedAmountLowThreshold: number }
	| { send: WireMessage }
	| { setSubchannels: number[] }
	| { addSubchannel: number }
	| { removeSubchannel: number };

export type RtpObserverCall =
	| 'pause'
	| 'resume'
	| { addProducer: string }
	| { removeProducer: string }
	| 'close';

/** Something asked of the worker. */
export type Request =
	| 'dumpWorker'
	| { createWebRtcServer: { id: string; listenInfos: WireListenInfo[] } }
	| { webRtcServer: [string, 'dump' | 'close'] }
	| { createRouter: { id: string } }
	| { router: [string, RouterCall] }
	| { transport: [string, TransportCall] }
	| { producer: [string, ProducerCall] }
	| { consumer: [string, ConsumerCall] }
	| { dataProducer: [string, DataProducerCall] }
	| { dataConsumer: [string, DataConsumerCall] }
	| { rtpObserver: [string, RtpObserverCall] };

/** Something told to the worker, which does not answer. */
export type Command =
	| { producerSend: [string, Uint8Array] }
	| { transportSendRtcp: [string, Uint8Array] }
	| { dataProducerSend: [string, WireMessage, WireAudience] };

/** A message to the worker. */
export type ToWorker =
	| { request: [number, Request] }
	| { command: Command }
	| { updateSettings: [number, { logLevel: string | null; logTags: string[] | null }] }
	| { getResourceUsage: number }
	| { getMetrics: number }
	| 'close';

/** What the answers to requests carry, by the name of the answer. */
export type Replies = {
	done: undefined;
	webRtcTransportCreated: {
		iceParameters: { usernameFragment: string; password: string; iceLite: boolean };
		iceCandidates: WireCandidate[];
		dtlsParameters: { role: string; fingerprints: { algorithm: string; value: string }[] };
		sctpParameters?: SctpParameters;
		sctpState?: SctpState;
	};
	plainTransportCreated: {
		tuple: WireTuple;
		rtcpTuple?: WireTuple;
		srtpParameters?: SrtpParameters;
		sctpParameters?: SctpParameters;
		sctpState?: SctpState;
	};
	pipeTransportCreated: {
		tuple: WireTuple;
		srtpParameters?: SrtpParameters;
		sctpParameters?: SctpParameters;
		sctpState?: SctpState;
	};
	webRtcConnected: { dtlsLocalRole: 'auto' | 'client' | 'server' };
	plainConnected: { tuple: WireTuple; rtcpTuple?: WireTuple; srtpParameters?: SrtpParameters };
	pipeConnected: { tuple: WireTuple };
	iceRestarted: { usernameFragment: string; password: string; iceLite: boolean };
	produced: { producerType: ProducerType };
	consumed: {
		paused: boolean;
		producerPaused: boolean;
		score: ConsumerScore;
		consumerType: ConsumerType;
		preferredLayers?: ConsumerLayers;
	};
	dataProduced: {
		type: 'sctp' | 'direct';
		sctpStreamParameters?: WireStreamParameters;
		paused: boolean;
	};
	dataConsumed: {
		type: 'sctp' | 'direct';
		sctpStreamParameters?: WireStreamParameters;
		paused: boolean;
		dataProducerPaused: boolean;
		subchannels: number[];
	};
	preferredLayers: ConsumerLayers | undefined;
	bufferedAmount: number;
	subchannels: number[];
	workerDump: any;
	webRtcServerDump: any;
	routerDump: any;
	transportDump: any;
	producerDump: any;
	consumerDump: any;
	dataProducerDump: any;
	dataConsumerDump: any;
	transportStats: any;
	producerStats: any[];
	consumerStats: { outbound: any[]; inbound?: any };
	dataProducerStats: any;
	dataConsumerStats: any;
};

/** A `Refusal` of the worker. */
export type Refusal = { TypeError: string } | { NotFound: string } | { Error: string } | { Unsupported: string };

/** Something happened to a transport. */
export type TransportEvent =
	| { iceStateChange: 'connected' | 'completed' | 'disconnected' }
	| { iceSelectedTupleChange: WireTuple }
	| { dtlsStateChange: { state: any; remoteCert?: string } }
	| { tuple: WireTuple }
	| { rtcpTuple: WireTuple }
	| 'listenServerClose'
	| { sctpStateChange: { state: SctpState; negotiated?: SctpNegotiatedCapabilities } }
	| { rtcp: Buffer }
	| { trace: any }
	| { failed: string };

export type ProducerEvent =
	| { score: ProducerScore[] }
	| { videoOrientationChange: ProducerVideoOrientation }
	| { trace: any };

export type ConsumerEvent =
	| 'producerClose'
	| 'producerPause'
	| 'producerResume'
	| { score: ConsumerScore }
	| { layersChange: ConsumerLayers | undefined }
	| { rtp: Buffer }
	| { trace: any };

export type DataConsumerEvent =
	| 'dataProducerClose'
	| 'dataProducerPause'
	| 'dataProducerResume'
	| 'streamClosed'
	| { message: { ppid: number; data: Buffer } }
	| 'sctpSendBufferFull'
	| { bufferedAmountLow: number };

export type RtpObserverEvent =
	| { dominantSpeaker: string }
	| { volumes: { producerId: string; volume: number }[] }
	| 'silence';

/** A message of the worker. */
export type FromWorker =
	| 'running'
	| { accepted: [number, string | Record<string, unknown>] }
	| { refused: [number, Refusal] }
	| { notification: Record<string, [string, unknown]> }
	| { log: { level: WorkerLogLevel; tag?: string; text: string } }
	| { resourceUsage: [number, Record<string, number>] }
	| { metrics: [number, Record<string, number>] };
