/** The transport to the application itself. */

import { UnsupportedError } from './errors';
import type { TransportEvent } from './protocol';
import { TransportImpl, type TransportContext } from './Transport';
import type { AppData } from './types/appData';
import type {
	DirectTransport,
	DirectTransportDump,
	DirectTransportEvents,
	DirectTransportObserver,
	DirectTransportStat,
} from './types/directTransport';

export class DirectTransportImpl<A extends AppData = AppData>
	extends TransportImpl<A, DirectTransportEvents, DirectTransportObserver>
	implements DirectTransport<A>
{
	constructor(context: TransportContext<A>) {
		super('DirectTransport', context);
	}

	get type(): 'direct' {
		return 'direct';
	}

	override async dump(): Promise<DirectTransportDump> {
		return super.dump();
	}

	override async getStats(): Promise<DirectTransportStat[]> {
		return super.getStats();
	}

	async connect(): Promise<void> {}

	override async setMaxIncomingBitrate(_bitrate: number): Promise<void> {
		throw new UnsupportedError('setMaxIncomingBitrate() is not for direct transports');
	}

	override async setMaxOutgoingBitrate(_bitrate: number): Promise<void> {
		throw new UnsupportedError('setMaxOutgoingBitrate() is not for direct transports');
	}

	override async setMinOutgoingBitrate(_bitrate: number): Promise<void> {
		throw new UnsupportedError('setMinOutgoingBitrate() is not for direct transports');
	}

	sendRtcp(rtcpPacket: Buffer): void {
		if (!Buffer.isBuffer(rtcpPacket)) {
			throw new TypeError('rtcpPacket: must be a Buffer');
		}
		this.channel.command({ transportSendRtcp: [this.id, rtcpPacket] });
	}

	protected override get hasStreams(): boolean {
		return false;
	}

	protected handleTransportEvent(event: Exclude<TransportEvent, string>): void {
		if ('rtcp' in event) {
			this.safeEmit('rtcp', event.rtcp);
		}
	}
}
