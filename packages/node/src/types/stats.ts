/** Counters of RTP streams. */

import type { MediaKind } from 'brodo-ortc';

/** What both ways of a stream count, since its beginning. */
export type BaseRtpStreamStats = {
	/** Milliseconds of the worker's monotonic clock. */
	timestamp: number;
	ssrc: number;
	rtxSsrc?: number;
	rid?: string;
	kind: MediaKind;
	mimeType: string;
	/** Negative with duplicates. */
	packetsLost: number;
	/** Of the last interval, in 256ths. */
	fractionLost: number;
	/** Ticks of the media clock. */
	jitter: number;
	packetsDiscarded: number;
	packetsRetransmitted: number;
	packetsRepaired: number;
	/** NACK packets. */
	nackCount: number;
	/** Packets that were asked for in them. */
	nackPacketCount: number;
	pliCount: number;
	firCount: number;
	/** Milliseconds; 0 if unknown. */
	roundTripTime: number;
	rtxPacketsDiscarded?: number;
	/** 0 to 10. */
	score: number;
	packetCount: number;
	byteCount: number;
	/** Bits a second. */
	bitrate: number;
};

/** Bits a second, by `spatial.temporal`. */
export type BitrateByLayer = { [key: string]: number };

/** Of a stream that we receive. */
export type RtpStreamRecvStats = BaseRtpStreamStats & {
	type: 'inbound-rtp';
	/** Empty without layers. */
	bitrateByLayer: BitrateByLayer;
};

/** Of a stream that we send. */
export type RtpStreamSendStats = BaseRtpStreamStats & {
	type: 'outbound-rtp';
};

/** An RTP packet in a trace. */
export type RtpPacketTrace = {
	payloadType: number;
	sequenceNumber: number;
	timestamp: number;
	marker: boolean;
	ssrc: number;
	isKeyFrame: boolean;
	/** Bytes of the packet. */
	size: number;
	/** Bytes of its payload. */
	payloadSize: number;
	spatialLayer: number;
	temporalLayer: number;
	mid: string | null;
	rid: string | null;
	rrid: string | null;
	wideSequenceNumber: number | null;
};

/** What a producer or a consumer has traced: see `type`. */
export type RtpTraceInfo =
	/** `rtp`, `keyframe`. */
	| { rtpPacket: RtpPacketTrace; isRtx: boolean }
	/** `pli`, `fir`. */
	| { ssrc: number }
	/** `sr`. */
	| {
			ssrc: number;
			ntpSec: number;
			ntpFrac: number;
			rtpTs: number;
			packetCount: number;
			octetCount: number;
	  };
