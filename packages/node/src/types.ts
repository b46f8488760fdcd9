/** All types of the API; nothing of this is there at run time. */

export type {
	MediaKind,
	RouterRtpCapabilities,
	RouterRtpCodecCapability,
	RtcpFeedback,
	RtcpParameters,
	RtpCapabilities,
	RtpCodecCapability,
	RtpCodecParameters,
	RtpCodecsEncodingsMapping,
	RtpEncodingParameters,
	RtpHeaderExtension,
	RtpHeaderExtensionDirection,
	RtpHeaderExtensionParameters,
	RtpHeaderExtensionUri,
	RtpParameters,
	ScalabilityMode,
} from 'brodo-ortc';
export type { NotFoundError, UnsupportedError, WorkerClosedError } from './errors';
export type * from './types/activeSpeakerObserver';
export type * from './types/appData';
export type * from './types/audioLevelObserver';
export type * from './types/consumer';
export type * from './types/dataConsumer';
export type * from './types/dataProducer';
export type * from './types/directTransport';
export type * from './types/module';
export type * from './types/pipeTransport';
export type * from './types/plainTransport';
export type * from './types/producer';
export type * from './types/router';
export type * from './types/rtpObserver';
export type * from './types/sctp';
export type * from './types/srtp';
export type * from './types/stats';
export type * from './types/transport';
export type * from './types/webRtcServer';
export type * from './types/webRtcTransport';
export type * from './types/worker';
