/** The dictionaries of ORTC as mediasoup's API has them. What is optional here is there once normalised. */

export type MediaKind = 'audio' | 'video';

/** What somebody can send or receive. */
export interface RtpCapabilities {
	/** The preferred first. */
	codecs?: RtpCodecCapability[];
	headerExtensions?: RtpHeaderExtension[];
}

/** What routers can do. */
export interface RouterRtpCapabilities {
	codecs?: RouterRtpCodecCapability[];
	headerExtensions?: RtpHeaderExtension[];
}

/** A codec that somebody can handle. */
export interface RtpCodecCapability {
	kind: MediaKind;
	/** `audio/opus` and the like; case does not matter. */
	mimeType: string;
	preferredPayloadType: number;
	/** Hz. */
	clockRate: number;
	/** Audio only. Default: 1. */
	channels?: number;
	parameters?: CodecSpecificParameters;
	rtcpFeedback?: RtcpFeedback[];
}

/** A codec that a router is to have: without a preferred payload type, one is chosen. */
export type RouterRtpCodecCapability = Omit<RtpCodecCapability, 'preferredPayloadType'> &
	Partial<Pick<RtpCodecCapability, 'preferredPayloadType'>>;

/**
 * Strings and numbers by name. It is `any` because applications written for mediasoup read fields of it
 * without asking.
 */
export type CodecSpecificParameters = any;

/** Which way an extension goes, seen from whoever has it. */
export type RtpHeaderExtensionDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export type RtpHeaderExtensionUri =
	| 'urn:ietf:params:rtp-hdrext:sdes:mid'
	| 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id'
	| 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id'
	| 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
	| 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
	| 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
	| 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension'
	| 'urn:3gpp:video-orientation'
	| 'urn:ietf:params:rtp-hdrext:toffset'
	| 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'
	| 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay'
	| 'urn:mediasoup:params:rtp-hdrext:packet-id';

/** A header extension that somebody can handle. */
export interface RtpHeaderExtension {
	kind: MediaKind;
	uri: RtpHeaderExtensionUri;
	preferredId: number;
	/** Default: false. */
	preferredEncrypt?: boolean;
	/** Default: `sendrecv`. */
	direction?: RtpHeaderExtensionDirection;
}

/** What is sent. */
export interface RtpParameters {
	/** The media section. */
	mid?: string;
	/** Media and RTX. */
	codecs: RtpCodecParameters[];
	headerExtensions?: RtpHeaderExtensionParameters[];
	/** A stream each. */
	encodings?: RtpEncodingParameters[];
	rtcp?: RtcpParameters;
	/** The media stream and the track. */
	msid?: string;
}

/** A codec in use. */
export interface RtpCodecParameters {
	mimeType: string;
	payloadType: number;
	/** Hz. */
	clockRate: number;
	/** Audio only. Default: 1. */
	channels?: number;
	parameters?: CodecSpecificParameters;
	rtcpFeedback?: RtcpFeedback[];
}

/** A kind of feedback, such as `nack pli`. */
export interface RtcpFeedback {
	type: string;
	/** Default: empty. */
	parameter?: string;
}

/** A stream in use. */
export interface RtpEncodingParameters {
	ssrc?: number;
	rid?: string;
	/** Default: that of the first media codec. */
	codecPayloadType?: number;
	/** Its repair stream. */
	rtx?: { ssrc: number };
	/** Nothing is sent while nobody speaks. Default: false. */
	dtx?: boolean;
	/** Its layers, as `L1T3`. */
	scalabilityMode?: string;
	/** Bits a second. */
	maxBitrate?: number;
}

/** A header extension in use. */
export interface RtpHeaderExtensionParameters {
	uri: RtpHeaderExtensionUri;
	id: number;
	/** Default: false. */
	encrypt?: boolean;
	parameters?: CodecSpecificParameters;
}

export interface RtcpParameters {
	/** The name of the source. */
	cname?: string;
	/** RFC 5506; always true. */
	reducedSize?: boolean;
}

/** A stream of an SCTP association. */
export interface SctpStreamParameters {
	streamId: number;
	/** Default: true, or false if one of the limits is given. */
	ordered?: boolean;
	/** Milliseconds. */
	maxPacketLifeTime?: number;
	maxRetransmits?: number;
}

/** How many layers a stream has. */
export interface ScalabilityMode {
	/** 1 to 99. */
	spatialLayers: number;
	/** 1 to 99. */
	temporalLayers: number;
	/** Spatial layers depend on each other at key frames only. */
	ksvc: boolean;
}

/** An endpoint's numbers in the router's. */
export interface RtpCodecsEncodingsMapping {
	codecs: { payloadType: number; mappedPayloadType: number }[];
	/** In the order of the encodings. */
	encodings: { ssrc?: number; rid?: string; mappedSsrc: number }[];
}
