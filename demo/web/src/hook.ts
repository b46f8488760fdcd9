/** `window.brodo`: what tests, and the curious with a console open, can see and do. */

import type { Fields } from './parse';
import type { Conference } from './room/conference';
import { toasts } from './room/toasts';
import { currentStats } from './stats/monitor';
import type { Report } from './stats/report';

export interface Hook {
	state(): Fields;
	stats(): Promise<Report>;
	restartIce(): Promise<void>;
	/** Loses the socket on purpose. */
	dropSocket(): void;
	/** Asks the server directly. */
	request(method: string, data?: Fields): Promise<Fields>;
	toggle(source: 'mic' | 'cam' | 'screen'): Promise<void>;
	leave(): void;
}

declare global {
	interface Window {
		brodo?: Hook;
	}
}

export function expose(conference: Conference): void {
	window.brodo = {
		state: () => describe(conference),
		stats: () => currentStats(conference),
		restartIce: () => conference.restartIce(),
		dropSocket: () => conference.dropSocket(),
		request: (method, data = {}) => conference.ask(method, data),
		toggle: (source) => conference.local.toggle(source),
		leave: () => conference.leave(),
	};
}

function describe(conference: Conference): Fields {
	const { local } = conference;
	return {
		room: conference.options.room,
		name: conference.options.name,
		peerId: conference.peerId,
		connection: conference.connection.value,
		sendState: conference.send.state.value,
		recvState: conference.receive.state.value,
		sendTransportId: conference.send.id,
		recvTransportId: conference.receive.id,
		mic: local.isOn('mic'),
		cam: local.isOn('cam'),
		screen: local.isOn('screen'),
		producers: local.sent.value.map(({ source, muted, producer }) => ({ source, muted, id: producer?.id })),
		peers: conference.roster.value.map(({ id, displayName, media }) => ({
			id,
			displayName,
			media: media.map(({ consumer, ...offer }) => ({ ...offer, consumerId: consumer?.id, mid: consumer?.localId })),
		})),
		toasts: toasts.value.map(({ message }) => message),
	};
}
