/** The transport to a browser. */

import { copy } from './copy';
import type { Replies, TransportEvent, WireCandidate } from './protocol';
import { SctpAssociation } from './sctp';
import { TransportImpl, type TransportContext } from './Transport';
import { tupleOf } from './listen';
import type { AppData } from './types/appData';
import type { SctpNegotiatedCapabilities, SctpParameters, SctpState } from './types/sctp';
import type { TransportTuple } from './types/transport';
import type {
	DtlsParameters,
	DtlsState,
	FingerprintAlgorithm,
	IceCandidate,
	IceParameters,
	IceState,
	WebRtcTransport,
	WebRtcTransportDump,
	WebRtcTransportEvents,
	WebRtcTransportObserver,
	WebRtcTransportStat,
} from './types/webRtcTransport';
import { text } from './wire';

const ALGORITHMS: readonly FingerprintAlgorithm[] = ['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512'];
const ROLES = ['auto', 'client', 'server'];

export class WebRtcTransportImpl<A extends AppData = AppData>
	extends TransportImpl<A, WebRtcTransportEvents, WebRtcTransportObserver>
	implements WebRtcTransport<A>
{
	readonly #iceCandidates: IceCandidate[];
	readonly #dtlsParameters: DtlsParameters;
	readonly #sctp: SctpAssociation;
	#iceParameters: IceParameters;
	#iceState: IceState = 'new';
	#iceSelectedTuple: TransportTuple | undefined;
	#dtlsState: DtlsState = 'new';
	#dtlsRemoteCert: string | undefined;

	constructor(context: TransportContext<A>, created: Replies['webRtcTransportCreated']) {
		super('WebRtcTransport', context);
		this.#iceParameters = created.iceParameters;
		this.#iceCandidates = created.iceCandidates.map(candidateOf);
		this.#dtlsParameters = created.dtlsParameters as DtlsParameters;
		this.#sctp = new SctpAssociation(created.sctpParameters, created.sctpState);
	}

	get type(): 'webrtc' {
		return 'webrtc';
	}

	get iceRole(): 'controlled' {
		return 'controlled';
	}

	get iceParameters(): IceParameters {
		return { ...this.#iceParameters };
	}

	get iceCandidates(): IceCandidate[] {
		return copy(this.#iceCandidates);
	}

	get iceState(): IceState {
		return this.#iceState;
	}

	get iceSelectedTuple(): TransportTuple | undefined {
		return copy(this.#iceSelectedTuple);
	}

	get dtlsParameters(): DtlsParameters {
		return copy(this.#dtlsParameters);
	}

	get dtlsState(): DtlsState {
		return this.#dtlsState;
	}

	get dtlsRemoteCert(): string | undefined {
		return this.#dtlsRemoteCert;
	}

	get sctpParameters(): SctpParameters | undefined {
		return this.#sctp.parameters;
	}

	get sctpState(): SctpState | undefined {
		return this.#sctp.state;
	}

	get sctpNegotiatedCapabilities(): SctpNegotiatedCapabilities | undefined {
		return this.#sctp.negotiated;
	}

	override async dump(): Promise<WebRtcTransportDump> {
		const dump = await super.dump();
		return {
			...dump,
			iceCandidates: dump.iceCandidates.map(candidateOf),
			iceSelectedTuple: dump.iceSelectedTuple && tupleOf(dump.iceSelectedTuple),
		};
	}

	override async getStats(): Promise<WebRtcTransportStat[]> {
		const stats = await super.getStats();
		return stats.map((stat) => ({
			...stat,
			iceSelectedTuple: stat.iceSelectedTuple && tupleOf(stat.iceSelectedTuple),
		}));
	}

	async connect({ dtlsParameters }: { dtlsParameters: DtlsParameters }): Promise<void> {
		const connectWebRtc = wireDtlsParameters(dtlsParameters);
		const { dtlsLocalRole } = await this.request('webRtcConnected', { connectWebRtc });
		this.#dtlsParameters.role = dtlsLocalRole;
	}

	async restartIce(): Promise<IceParameters> {
		this.#iceParameters = await this.request('iceRestarted', 'restartIce');
		return this.iceParameters;
	}

	protected override handleClosed(): void {
		this.#iceState = 'closed';
		this.#iceSelectedTuple = undefined;
		this.#dtlsState = 'closed';
		this.#sctp.close();
	}

	protected handleTransportEvent(event: Exclude<TransportEvent, string>): void {
		if ('iceStateChange' in event) {
			this.#iceState = event.iceStateChange;
			this.tell('icestatechange', event.iceStateChange);
		} else if ('iceSelectedTupleChange' in event) {
			this.#iceSelectedTuple = tupleOf(event.iceSelectedTupleChange);
			this.tell('iceselectedtuplechange', this.iceSelectedTuple);
		} else if ('dtlsStateChange' in event) {
			const { state, remoteCert } = event.dtlsStateChange;
			this.#dtlsState = state;
			this.#dtlsRemoteCert = remoteCert ?? this.#dtlsRemoteCert;
			this.tell('dtlsstatechange', state);
		} else if ('sctpStateChange' in event) {
			const { state, negotiated } = event.sctpStateChange;
			this.#sctp.handleStateChange(state, negotiated);
			if (negotiated) {
				this.limitStreams(negotiated.negotiatedMaxOutboundStreams);
			}
			this.tell('sctpstatechange', state);
		}
	}
}

function candidateOf(candidate: WireCandidate): IceCandidate {
	const { foundation, priority, address, protocol, port, type, tcpType } = candidate;
	return { foundation, priority, ip: address, address, protocol, port, type, tcpType: tcpType! };
}

function wireDtlsParameters(dtlsParameters: DtlsParameters) {
	if (typeof dtlsParameters !== 'object' || dtlsParameters === null) {
		throw new TypeError('dtlsParameters: must be an object');
	}
	const { role = 'auto', fingerprints } = dtlsParameters;
	if (!ROLES.includes(role)) {
		throw new TypeError('dtlsParameters.role: must be auto, client or server');
	}
	if (!Array.isArray(fingerprints)) {
		throw new TypeError('dtlsParameters.fingerprints: must be an array');
	}
	return {
		role,
		fingerprints: fingerprints.map(({ algorithm, value }) => {
			if (!ALGORITHMS.includes(algorithm)) {
				throw new TypeError(`dtlsParameters.fingerprints: unknown algorithm ${algorithm}`);
			}
			return { algorithm, value: text(value, 'dtlsParameters.fingerprints[].value') };
		}),
	};
}
