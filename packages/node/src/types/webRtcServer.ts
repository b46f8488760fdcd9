/** Listening sockets that WebRTC transports share. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { TransportListenInfo } from './transport';
import type { WebRtcTransport } from './webRtcTransport';

/** What a server is made from. */
export type WebRtcServerOptions<WebRtcServerAppData extends AppData = AppData> = {
	/** At least one. */
	listenInfos: TransportListenInfo[];
	/** Default: `{}`. */
	appData?: WebRtcServerAppData;
};

/** @deprecated Use `TransportListenInfo`. */
export type WebRtcServerListenInfo = TransportListenInfo;

/** A bound address. */
export type IpPort = { ip: string; port: number };

/** Which transport an ICE username fragment leads to. */
export type IceUserNameFragment = { localIceUsernameFragment: string; webRtcTransportId: string };

/** A server as it is now. */
export type WebRtcServerDump = {
	id: string;
	udpSockets: IpPort[];
	tcpServers: IpPort[];
	webRtcTransportIds: string[];
	/** Two of a transport while its ICE restart is under way. */
	localIceUsernameFragments: IceUserNameFragment[];
};

export type WebRtcServerEvents = {
	workerclose: [];
	listenererror: [string, Error];
	'@close': [];
};

export type WebRtcServerObserver = EnhancedEventEmitter<WebRtcServerObserverEvents>;

export type WebRtcServerObserverEvents = {
	close: [];
	webrtctransporthandled: [WebRtcTransport];
	webrtctransportunhandled: [WebRtcTransport];
};

/** Listening sockets for WebRTC transports of any router of the worker. */
export interface WebRtcServer<WebRtcServerAppData extends AppData = AppData>
	extends EnhancedEventEmitter<WebRtcServerEvents> {
	get id(): string;
	get closed(): boolean;
	get appData(): WebRtcServerAppData;
	set appData(appData: WebRtcServerAppData);
	get observer(): WebRtcServerObserver;

	/** Closes the sockets, and the transports on them. Does nothing if closed. */
	close(): void;

	/**
	 * The server as it is now.
	 *
	 * @throws NotFoundError if closed; WorkerClosedError
	 */
	dump(): Promise<WebRtcServerDump>;
}
