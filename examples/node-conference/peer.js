// @ts-check
/**
 * A browser in a room, and what it may ask for.
 *
 *     ◀ welcome { peerId, rtpCapabilities, send, receive }      two transports, for mediasoup-client
 *     ▶ join { name, rtpCapabilities }
 *     ▶ connect { transportId, dtlsParameters }
 *     ▶ produce { kind, rtpParameters } / produceData { sctpStreamParameters, label }
 *     ◀ consume { … } / consumeData { … }                       of everybody else, once joined
 *     ▶ resume { consumerId }
 *     ◀ left, closed, speaker, volumes
 */

import { randomUUID } from 'node:crypto';

/** @typedef {import('brodo').types.WebRtcTransport} WebRtcTransport */
/** @typedef {import('brodo').types.Producer} Producer */
/** @typedef {import('brodo').types.DataProducer} DataProducer */
/** @typedef {import('./room.js').Room} Room */

export class Peer {
	id = randomUUID();
	name = '';
	/** @type {import('brodo').types.RtpCapabilities | undefined} Once it has joined. */
	rtpCapabilities;
	/** @type {Set<Producer>} */
	producers = new Set();
	/** @type {Set<DataProducer>} */
	dataProducers = new Set();
	/** @type {Map<string, import('brodo').types.Consumer>} */
	#consumers = new Map();
	/** @type {{ send: WebRtcTransport, receive: WebRtcTransport }} */
	#transports;

	/**
	 * @param {Room} room
	 * @param {import('ws').WebSocket} socket
	 * @param {{ send: WebRtcTransport, receive: WebRtcTransport }} transports
	 */
	constructor(room, socket, transports) {
		this.room = room;
		this.socket = socket;
		this.#transports = transports;
		socket.on('message', (text) => this.#handle(JSON.parse(String(text))));
	}

	/** @param {Room} room @param {import('ws').WebSocket} socket */
	static async enter(room, socket) {
		const options = { webRtcServer: room.webRtcServer, preferUdp: true, enableSctp: true };
		const [send, receive] = await Promise.all([
			room.router.createWebRtcTransport(options),
			room.router.createWebRtcTransport(options),
		]);
		const peer = new Peer(room, socket, { send, receive });
		const { rtpCapabilities } = room.router;
		peer.tell('welcome', { peerId: peer.id, rtpCapabilities, send: forClient(send), receive: forClient(receive) });
		return peer;
	}

	/** @param {string} method @param {unknown} data */
	tell(method, data) {
		this.socket.send(JSON.stringify({ method, data }));
	}

	leave() {
		this.room.peers.delete(this);
		this.#transports.send.close();
		this.#transports.receive.close();
		this.room.tell('left', { peerId: this.id });
	}

	/** @param {any} request */
	async #handle({ id, method, data }) {
		try {
			this.socket.send(JSON.stringify({ id, data: (await this.#answer(method, data)) ?? {} }));
		} catch (error) {
			this.socket.send(JSON.stringify({ id, error: String(error) }));
		}
	}

	/** @param {string} method @param {any} data */
	async #answer(method, data) {
		const { send, receive } = this.#transports;
		switch (method) {
			case 'join':
				return this.#join(data);
			case 'connect':
				return (data.transportId === send.id ? send : receive).connect({ dtlsParameters: data.dtlsParameters });
			case 'produce':
				return this.#produce(data);
			case 'produceData':
				return this.#produceData(data);
			case 'resume':
				return this.#consumers.get(data.consumerId)?.resume();
			default:
				throw new TypeError(`unknown method ${method}`);
		}
	}

	/** @param {any} data */
	async #join({ name, rtpCapabilities }) {
		this.name = name;
		this.rtpCapabilities = rtpCapabilities;
		this.room.peers.add(this);
		this.tell('speaker', { peerId: this.room.speaker });
		const offered = this.room.others(this).flatMap((other) => [
			...[...other.producers].map((producer) => this.consume(other, producer)),
			...[...other.dataProducers].map((producer) => this.consumeData(other, producer)),
		]);
		await Promise.allSettled(offered);
	}

	/** @param {any} data */
	async #produce({ kind, rtpParameters }) {
		const producer = await this.#transports.send.produce({ kind, rtpParameters, appData: { peerId: this.id } });
		if (kind === 'audio') {
			await this.room.hear(producer);
		}
		// Whoever joins from here on sees it in the set; who is here already is told. Some may leave meanwhile.
		this.producers.add(producer);
		await Promise.allSettled(this.room.others(this).map((other) => other.consume(this, producer)));
		return { id: producer.id };
	}

	/** @param {any} data */
	async #produceData({ sctpStreamParameters, label }) {
		const producer = await this.#transports.send.produceData({ sctpStreamParameters, label });
		this.dataProducers.add(producer);
		await Promise.allSettled(this.room.others(this).map((other) => other.consumeData(this, producer)));
		return { id: producer.id };
	}

	/** Paused until the browser is ready for the first packet. @param {Peer} from @param {Producer} producer */
	async consume(from, { id: producerId }) {
		const { rtpCapabilities, room } = this;
		if (rtpCapabilities === undefined || !room.router.canConsume({ producerId, rtpCapabilities })) {
			return;
		}
		const consumer = await this.#transports.receive.consume({ producerId, rtpCapabilities, paused: true });
		const { id, kind, rtpParameters } = consumer;
		this.#consumers.set(id, consumer);
		consumer.observer.on('close', () => {
			this.#consumers.delete(id);
			this.tell('closed', { peerId: from.id, id });
		});
		this.tell('consume', { peerId: from.id, name: from.name, options: { id, producerId, kind, rtpParameters } });
	}

	/** @param {Peer} from @param {DataProducer} producer */
	async consumeData(from, { id: dataProducerId }) {
		const consumer = await this.#transports.receive.consumeData({ dataProducerId });
		const { id, sctpStreamParameters, label, protocol } = consumer;
		const options = { id, dataProducerId, sctpStreamParameters, label, protocol };
		this.tell('consumeData', { peerId: from.id, name: from.name, options });
	}
}

/** @param {WebRtcTransport} transport */
function forClient({ id, iceParameters, iceCandidates, dtlsParameters, sctpParameters }) {
	return { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters };
}
