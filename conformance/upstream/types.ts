/**
 * An application that is written to mediasoup's types compiles with ours: what it gives is what we take,
 * and what we give is what it expects. Checked by the compiler; nothing of this runs.
 */

import type * as ours from 'brodo/types';
import type * as theirs from 'mediasoup/types';

/** Compiles if a `From` can be used as a `To`. */
type Usable<From extends To, To> = From;

/** What mediasoup's objects have only for each other. */
type Internal =
	| 'workerClosed'
	| 'routerClosed'
	| 'listenServerClosed'
	| 'transportClosed'
	| 'handleWebRtcTransport';

/** What of `From` is not in `To`, but for the internal: to be nothing. */
type Missing<To, From> = Exclude<keyof From, keyof To | Internal>;

/** Keys of `midTable` and `ridTable` are declared as numbers, but are strings. */
type Truthful<Dump> = Omit<Dump, 'rtpListener'>;

/** What applications give. */
export type Given = [
	Usable<theirs.WorkerSettings, ours.WorkerSettings>,
	Usable<theirs.WorkerUpdateableSettings, ours.WorkerUpdateableSettings>,
	Usable<theirs.RouterOptions, ours.RouterOptions>,
	Usable<theirs.TransportListenInfo, ours.TransportListenInfo>,
	Usable<theirs.PlainTransportOptions, ours.PlainTransportOptions>,
	Usable<theirs.PipeTransportOptions, ours.PipeTransportOptions>,
	Usable<theirs.DirectTransportOptions, ours.DirectTransportOptions>,
	Usable<theirs.ProducerOptions, ours.ProducerOptions>,
	Usable<theirs.ConsumerOptions, ours.ConsumerOptions>,
	Usable<theirs.PipeConsumerOptions, ours.PipeConsumerOptions>,
	Usable<theirs.DataProducerOptions, ours.DataProducerOptions>,
	Usable<theirs.DataConsumerOptions, ours.DataConsumerOptions>,
	Usable<theirs.ActiveSpeakerObserverOptions, ours.ActiveSpeakerObserverOptions>,
	Usable<theirs.AudioLevelObserverOptions, ours.AudioLevelObserverOptions>,
	Usable<theirs.RtpCapabilities, ours.RtpCapabilities>,
	Usable<theirs.RtpParameters, ours.RtpParameters>,
	Usable<theirs.SctpStreamParameters, ours.SctpStreamParameters>,
	Usable<theirs.DtlsParameters, ours.DtlsParameters>,
	Usable<theirs.SrtpParameters, ours.SrtpParameters>,
	Usable<theirs.LogEventListeners, ours.LogEventListeners>,
];

/** What applications call. */
export type Called = [
	Usable<Missing<ours.Worker, theirs.Worker>, never>,
	Usable<Missing<ours.WebRtcServer, theirs.WebRtcServer>, never>,
	Usable<Missing<ours.Router, theirs.Router>, never>,
	Usable<Missing<ours.WebRtcTransport, theirs.WebRtcTransport>, never>,
	Usable<Missing<ours.PlainTransport, theirs.PlainTransport>, never>,
	Usable<Missing<ours.PipeTransport, theirs.PipeTransport>, never>,
	Usable<Missing<ours.DirectTransport, theirs.DirectTransport>, never>,
	Usable<Missing<ours.Producer, theirs.Producer>, never>,
	Usable<Missing<ours.Consumer, theirs.Consumer>, never>,
	Usable<Missing<ours.DataProducer, theirs.DataProducer>, never>,
	Usable<Missing<ours.DataConsumer, theirs.DataConsumer>, never>,
	Usable<Missing<ours.ActiveSpeakerObserver, theirs.ActiveSpeakerObserver>, never>,
	Usable<Missing<ours.AudioLevelObserver, theirs.AudioLevelObserver>, never>,
];

/** What applications get. */
export type Got = [
	Usable<ours.WorkerDump, theirs.WorkerDump>,
	Usable<ours.WorkerResourceUsage, theirs.WorkerResourceUsage>,
	Usable<ours.WebRtcServerDump, theirs.WebRtcServerDump>,
	Usable<ours.RouterDump, theirs.RouterDump>,
	Usable<ours.WebRtcTransportDump, Truthful<theirs.WebRtcTransportDump>>,
	Usable<ours.PlainTransportDump, Truthful<theirs.PlainTransportDump>>,
	Usable<ours.PipeTransportDump, Truthful<theirs.PipeTransportDump>>,
	Usable<ours.DirectTransportDump, Truthful<theirs.DirectTransportDump>>,
	Usable<ours.WebRtcTransportStat, theirs.WebRtcTransportStat>,
	Usable<ours.PlainTransportStat, theirs.PlainTransportStat>,
	Usable<ours.PipeTransportStat, theirs.PipeTransportStat>,
	Usable<ours.DirectTransportStat, theirs.DirectTransportStat>,
	Usable<ours.ProducerDump, theirs.ProducerDump>,
	Usable<ours.ProducerStat, theirs.ProducerStat>,
	Usable<ours.ConsumerDump, theirs.ConsumerDump>,
	Usable<ours.ConsumerStat, theirs.ConsumerStat>,
	Usable<ours.DataProducerDump, theirs.DataProducerDump>,
	Usable<ours.DataConsumerDump, theirs.DataConsumerDump>,
	Usable<ours.RtpCapabilities, theirs.RtpCapabilities>,
	Usable<ours.RtpParameters, theirs.RtpParameters>,
	Usable<ours.IceCandidate, theirs.IceCandidate>,
	Usable<ours.SctpParameters, theirs.SctpParameters>,
	Usable<ours.TransportTuple, theirs.TransportTuple>,
];
