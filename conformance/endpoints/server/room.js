// @ts-check
/** Rooms, and who is in them. */

import { randomUUID } from 'node:crypto';
import { mediaCodecs } from './codecs.js';

/** @typedef {import('brodo').types.Worker} Worker */
/** @typedef {import('brodo').types.Router} Router */
/** @typedef {import('brodo').types.WebRtcServer} WebRtcServer */
/** @typedef {import('brodo').types.WebRtcTransport} WebRtcTransport */
/** @typedef {import('brodo').types.PlainTransport} PlainTransport */
/** @typedef {import('brodo').types.Producer} Producer */
/** @typedef {import('brodo').types.Consumer} Consumer */
/** @typedef {import('brodo').types.RtpCapabilities} RtpCapabilities */
/** @typedef {import('ws').WebSocket} WebSocket */

/** @typedef {{ transport: PlainTransport, name?: string, producer?: Producer, consumer?: Consumer }} PlainMedia */

/** A refusal, with the status of an answer over HTTP. */
export class Refused extends Error {
	status;

	/** @param {string} reason @param {number} [status] */
	constructor(reason, status = 400) {
		super(reason);
		this.status = status;
	}
}

/** A browser in a room, across the WebSockets it may need for that. */
export class Peer {
	token = randomUUID();
	/** @type {WebSocket | undefined} */
	socket;
	/** @type {string | undefined} Once it has joined. */
	displayName;
	/** @type {RtpCapabilities | undefined} Once it has joined. */
	rtpCapabilities;
	/** @type {Map<string, WebRtcTransport>} */
	transports = new Map();
	/** @type {Map<string, Producer>} */
	producers = new Map();
	/** @type {Map<string, Consumer>} */
	consumers = new Map();

	/** @param {string} id */
	constructor(id) {
		this.id = id;
	}

	/** Lost if it has no socket just now, for it will ask on coming back. @param {string} method @param {object} data */
	tell(method, data) {
		this.socket?.send(JSON.stringify({ method, data }));
	}

	close() {
		this.socket?.close();
		for (const transport of this.transports.values()) {
			transport.close();
		}
	}
}

/** A router and everybody in it. */
export class Room {
	/** @type {Map<string, Peer>} */
	peers = new Map();
	/** @type {Map<string, PlainMedia>} By transport. */
	plain = new Map();

	/** @param {string} name @param {Router} router @param {WebRtcServer} webRtcServer */
	constructor(name, router, webRtcServer) {
		this.name = name;
		this.router = router;
		this.webRtcServer = webRtcServer;
	}

	/** Lets a peer in, or back in with the token it got the first time. @param {string} id @param {string | null} token */
	enter(id, token) {
		const known = this.peers.get(id);
		if (known !== undefined && known.token !== token) {
			throw new Refused(`peer '${id}' is in the room already`);
		}
		const peer = known ?? new Peer(id);
		this.peers.set(id, peer);
		return { peer, resumed: known !== undefined };
	}

	/** @param {Peer} peer */
	leave(peer) {
		this.peers.delete(peer.id);
		peer.close();
		if (peer.displayName !== undefined) {
			this.tellOthers(peer.id, 'peerClosed', { peerId: peer.id });
		}
	}

	/** Tells all who have joined, but the one it is about. @param {string} about @param {string} method @param {object} data */
	tellOthers(about, method, data) {
		for (const peer of this.peers.values()) {
			if (peer.id !== about && peer.displayName !== undefined) {
				peer.tell(method, data);
			}
		}
	}

	/** Everybody else who has joined or plays, with what they send. @param {string} [except] */
	others(except) {
		const peers = [...this.peers.values()]
			.filter(({ id, displayName }) => id !== except && displayName !== undefined)
			.map(({ id, displayName, producers }) => ({ peerId: id, displayName, producers: [...producers.values()].map(shown) }));
		const players = [...this.plain.values()].flatMap(({ name, producer }) =>
			producer === undefined ? [] : [{ peerId: `plain:${name}`, displayName: name, producers: [shown(producer)] }],
		);
		return [...peers, ...players];
	}
}

/** A producer, for those who might consume it. @param {Producer} producer */
export function shown(producer) {
	const { id, kind, paused, rtpParameters, appData } = producer;
	return { producerId: id, kind, paused, codec: rtpParameters.codecs[0]?.mimeType, source: appData['source'] };
}

/** Rooms begin with the first who enters and end with the last who leaves. */
export class Rooms {
	#worker;
	#webRtcServer;
	/** @type {Map<string, Promise<Room>>} */
	#byName = new Map();

	/** @param {Worker} worker @param {WebRtcServer} webRtcServer */
	constructor(worker, webRtcServer) {
		this.#worker = worker;
		this.#webRtcServer = webRtcServer;
	}

	/** The room of that name, if someone is in it. @param {string} name */
	async find(name) {
		const room = await this.#byName.get(name);
		if (room === undefined) {
			throw new Refused(`there is no room '${name}'`, 404);
		}
		return room;
	}

	/** The room of that name, which is made if there is none. @param {string} name */
	async open(name) {
		const opening = this.#byName.get(name) ?? this.#make(name);
		this.#byName.set(name, opening);
		return opening;
	}

	async all() {
		return Promise.all(this.#byName.values());
	}

	/** Ends the room if nobody is left in it. @param {Room} room */
	tidy(room) {
		if (room.peers.size === 0 && room.plain.size === 0) {
			this.#byName.delete(room.name);
			room.router.close();
		}
	}

	/** @param {string} name */
	async #make(name) {
		const router = await this.#worker.createRouter({ mediaCodecs });
		return new Room(name, router, this.#webRtcServer);
	}
}
