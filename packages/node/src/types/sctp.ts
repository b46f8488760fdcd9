/** SCTP. */

export type { SctpStreamParameters } from 'brodo-ortc';

/** An association, for the peer. */
export type SctpParameters = {
	/** Always 5000. */
	port: number;
	/** Bytes: the largest message that we send. */
	maxSendMessageSize: number;
	/** Bytes: the largest message that we receive. */
	maxReceiveMessageSize: number;
	/** Bytes that may wait to be sent, in sum. */
	sendBufferSize: number;
	/** Bytes that may wait to be sent on one stream. */
	perStreamSendQueueLimit: number;
	/** Bytes: the largest receive window that is announced. */
	maxReceiverWindowBufferSize: number;
	/** Whether it is for WebRTC data channels. */
	isDataChannel: boolean;
	/** Always 65535. */
	OS: number;
	/** Always 65535. */
	MIS: number;
	/** The same as `maxReceiveMessageSize`. */
	maxMessageSize: number;
};

/** The streams that both sides agreed on. */
export type SctpNegotiatedCapabilities = {
	negotiatedMaxOutboundStreams: number;
	negotiatedMaxInboundStreams: number;
};

/** How far an association has come. */
export type SctpState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';

/** Sizes of an association, for transports that have one. All in bytes. */
export type SctpOptions = {
	/** Have an association. Default: false. */
	enableSctp?: boolean;
	/** The largest message that data consumers may send. Default: 262144. */
	maxSendMessageSize?: number;
	/** The largest message that data producers may receive. Default: 262144. */
	maxReceiveMessageSize?: number;
	/** What may wait to be sent, in sum. Default: 2000000. */
	sctpSendBufferSize?: number;
	/** What may wait to be sent on one stream. Default: 2000000. */
	sctpPerStreamSendQueueLimit?: number;
	/** The largest receive window that is announced. Default: 5242880. */
	sctpMaxReceiverWindowBufferSize?: number;
	/** The threshold of each data consumer to begin with. Default: 1024. */
	sctpDefaultStreamBufferedAmountLowThreshold?: number;
};
