/** The transport to another router. */

import { copy } from './copy';
import { checkAppData } from './Entity';
import { tupleOf } from './listen';
import * as ortc from './ortc';
import type { Replies, TransportEvent } from './protocol';
import { SctpAssociation } from './sctp';
import { wireSrtpParameters } from './srtp';
import { TransportImpl, type TransportContext } from './Transport';
import type { AppData } from './types/appData';
import type { Consumer } from './types/consumer';
import type {
	PipeConsumerOptions,
	PipeTransport,
	PipeTransportConnectParameters,
	PipeTransportDump,
	PipeTransportEvents,
	PipeTransportObserver,
	PipeTransportStat,
} from './types/pipeTransport';
import type { SctpNegotiatedCapabilities, SctpParameters, SctpState } from './types/sctp';
import type { SrtpParameters } from './types/srtp';
import type { TransportTuple } from './types/transport';
import { text, u16 } from './wire';

export class PipeTransportImpl<A extends AppData = AppData>
	extends TransportImpl<A, PipeTransportEvents, PipeTransportObserver>
	implements PipeTransport<A>
{
	readonly #sctp: SctpAssociation;
	readonly #enableRtx: boolean;
	readonly #srtpParameters: SrtpParameters | undefined;
	#tuple: TransportTuple;

	constructor(
		context: TransportContext<A>,
		created: Replies['pipeTransportCreated'],
		enableRtx: boolean,
	) {
		super('PipeTransport', context);
		this.#enableRtx = enableRtx;
		this.#tuple = tupleOf(created.tuple);
		this.#srtpParameters = created.srtpParameters;
		this.#sctp = new SctpAssociation(created.sctpParameters, created.sctpState);
	}

	get type(): 'pipe' {
		return 'pipe';
	}

	get tuple(): TransportTuple {
		return copy(this.#tuple);
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

	override async dump(): Promise<PipeTransportDump> {
		const dump = await super.dump();
		return { ...dump, tuple: tupleOf(dump.tuple) };
	}

	override async getStats(): Promise<PipeTransportStat[]> {
		const stats = await super.getStats();
		return stats.map((stat) => ({ ...stat, tuple: tupleOf(stat.tuple) }));
	}

	async connect({ ip, port, srtpParameters }: PipeTransportConnectParameters): Promise<void> {
		const { tuple } = await this.request('pipeConnected', {
			connectPipe: {
				ip: text(ip, 'ip'),
				port: typeof port === 'number' ? u16(port) : null,
				srtpParameters: wireSrtpParameters(srtpParameters),
			},
		});
		this.#tuple = tupleOf(tuple);
	}

	override async consume<C extends AppData = AppData>({
		producerId,
		appData,
	}: PipeConsumerOptions<C>): Promise<Consumer<C>> {
		text(producerId || undefined, 'producerId');
		checkAppData(appData);
		const producer = this.producer(producerId);
		const rtpParameters = ortc.getPipeConsumerRtpParameters({
			consumableRtpParameters: producer.consumable,
			enableRtx: this.#enableRtx,
		});
		return this.consumeWith(producer, rtpParameters, { pipe: true, appData });
	}

	/** Behind the other router there are several endpoints. */
	protected override get hasCommonCname(): boolean {
		return false;
	}

	protected override handleClosed(): void {
		this.#sctp.close();
	}

	protected handleTransportEvent(event: Exclude<TransportEvent, string>): void {
		if ('sctpStateChange' in event) {
			const { state, negotiated } = event.sctpStateChange;
			this.#sctp.handleStateChange(state, negotiated);
			if (negotiated) {
				this.limitStreams(negotiated.negotiatedMaxOutboundStreams);
			}
			this.tell('sctpstatechange', state);
		}
	}
}
