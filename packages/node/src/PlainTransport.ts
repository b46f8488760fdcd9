/** The transport to an endpoint that speaks RTP. */

import { copy } from './copy';
import { address, tupleOf } from './listen';
import type { Replies, TransportEvent } from './protocol';
import { SctpAssociation } from './sctp';
import { wireSrtpParameters } from './srtp';
import { TransportImpl, type TransportContext } from './Transport';
import type { AppData } from './types/appData';
import type {
	PlainTransport,
	PlainTransportConnectParameters,
	PlainTransportDump,
	PlainTransportEvents,
	PlainTransportObserver,
	PlainTransportStat,
} from './types/plainTransport';
import type { SctpNegotiatedCapabilities, SctpParameters, SctpState } from './types/sctp';
import type { SrtpParameters } from './types/srtp';
import type { TransportTuple } from './types/transport';
import { u16 } from './wire';

export class PlainTransportImpl<A extends AppData = AppData>
	extends TransportImpl<A, PlainTransportEvents, PlainTransportObserver>
	implements PlainTransport<A>
{
	readonly #sctp: SctpAssociation;
	readonly #comedia: boolean;
	#tuple: TransportTuple;
	#rtcpTuple: TransportTuple | undefined;
	#srtpParameters: SrtpParameters | undefined;

	constructor(
		context: TransportContext<A>,
		created: Replies['plainTransportCreated'],
		comedia: boolean,
	) {
		super('PlainTransport', context);
		this.#comedia = comedia;
		this.#tuple = tupleOf(created.tuple);
		this.#rtcpTuple = created.rtcpTuple && tupleOf(created.rtcpTuple);
		this.#srtpParameters = created.srtpParameters;
		this.#sctp = new SctpAssociation(created.sctpParameters, created.sctpState);
	}

	get type(): 'plain' {
		return 'plain';
	}

	get tuple(): TransportTuple {
		return copy(this.#tuple);
	}

	get rtcpTuple(): TransportTuple | undefined {
		return copy(this.#rtcpTuple);
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

	get srtpParameters(): SrtpParameters | undefined {
		return copy(this.#srtpParameters);
	}

	override async dump(): Promise<PlainTransportDump> {
		const dump = await super.dump();
		return withTuples(dump);
	}

	override async getStats(): Promise<PlainTransportStat[]> {
		const stats = await super.getStats();
		return stats.map(withTuples);
	}

	async connect({
		ip,
		port,
		rtcpPort,
		srtpParameters,
	}: PlainTransportConnectParameters): Promise<void> {
		// With comedia the address is learnt, and what is given does not matter.
		const isGiven = ip !== undefined && ip !== null && !this.#comedia;
		const connected = await this.request('plainConnected', {
			connectPlain: {
				ip: isGiven ? address(ip, 'ip') : null,
				port: typeof port === 'number' ? u16(port) : null,
				rtcpPort: typeof rtcpPort === 'number' ? u16(rtcpPort) : null,
				srtpParameters: wireSrtpParameters(srtpParameters),
			},
		});
		this.#tuple = tupleOf(connected.tuple);
		this.#rtcpTuple = connected.rtcpTuple && tupleOf(connected.rtcpTuple);
		this.#srtpParameters = connected.srtpParameters;
	}

	protected override handleClosed(): void {
		this.#sctp.close();
	}

	protected handleTransportEvent(event: Exclude<TransportEvent, string>): void {
		if ('tuple' in event) {
			this.#tuple = tupleOf(event.tuple);
			this.tell('tuple', this.tuple);
		} else if ('rtcpTuple' in event) {
			this.#rtcpTuple = tupleOf(event.rtcpTuple);
			this.tell('rtcptuple', this.rtcpTuple);
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

function withTuples(from: any): any {
	return {
		...from,
		tuple: tupleOf(from.tuple),
		rtcpTuple: from.rtcpTuple && tupleOf(from.rtcpTuple),
	};
}
