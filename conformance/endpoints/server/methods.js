// @ts-check
/** What a browser may ask for over its WebSocket. */

import { Refused, shown } from './room.js';

/** @typedef {{ room: import('./room.js').Room, peer: import('./room.js').Peer, data: any }} Asked */

/** @type {Record<string, (asked: Asked) => unknown>} */
const METHODS = {
	ping: () => ({}),
	getRouterRtpCapabilities: ({ room }) => room.router.rtpCapabilities,
	join,
	createWebRtcTransport,
	connectWebRtcTransport: ({ peer, data }) => transportOf(peer, data).connect({ dtlsParameters: data.dtlsParameters }),
	restartIce: async ({ peer, data }) => ({ iceParameters: await transportOf(peer, data).restartIce() }),
	getTransportStats: ({ peer, data }) => transportOf(peer, data).getStats(),
	produce,
	closeProducer,
	pauseProducer: ({ peer, data }) => producerOf(peer, data).pause(),
	resumeProducer: ({ peer, data }) => producerOf(peer, data).resume(),
	getProducerStats: ({ peer, data }) => producerOf(peer, data).getStats(),
	consume,
	closeConsumer: ({ peer, data }) => {
		consumerOf(peer, data).close();
		peer.consumers.delete(data.consumerId);
	},
	pauseConsumer: ({ peer, data }) => consumerOf(peer, data).pause(),
	resumeConsumer: ({ peer, data }) => consumerOf(peer, data).resume(),
	requestConsumerKeyFrame: ({ peer, data }) => consumerOf(peer, data).requestKeyFrame(),
	getConsumerStats: ({ peer, data }) => consumerOf(peer, data).getStats(),
};

/** @param {string} method @param {Asked} asked */
export async function answer(method, asked) {
	const found = METHODS[method];
	if (found === undefined) {
		throw new Refused(`there is no method '${method}'`);
	}
	return (await found(asked)) ?? {};
}

/** Answers with the others. Again, after a lost socket: the same, for the client to catch up. @param {Asked} asked */
function join({ room, peer, data }) {
	const isNew = peer.displayName === undefined;
	peer.displayName = data.displayName;
	peer.rtpCapabilities = data.rtpCapabilities;
	if (isNew) {
		room.tellOthers(peer.id, 'newPeer', { peerId: peer.id, displayName: peer.displayName });
	}
	return { peers: room.others(peer.id) };
}

/** @param {Asked} asked */
async function createWebRtcTransport({ room, peer, data: { forceTcp = false, ipv6 = false } }) {
	const transport = await room.router.createWebRtcTransport({
		webRtcServer: room.webRtcServer,
		enableUdp: !forceTcp,
		preferUdp: true,
	});
	peer.transports.set(transport.id, transport);
	const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
	const offered = iceCandidates.filter(({ address }) => !ipv6 || address.includes(':'));
	return { id, iceParameters, iceCandidates: offered, dtlsParameters };
}

/** @param {Asked} asked */
async function produce({ room, peer, data }) {
	const { kind, rtpParameters, source = kind === 'audio' ? 'mic' : 'cam', paused = false } = data;
	const producer = await transportOf(peer, data).produce({ kind, rtpParameters, paused, appData: { source } });
	peer.producers.set(producer.id, producer);
	producer.on('score', (score) => peer.tell('producerScore', { producerId: producer.id, score }));
	room.tellOthers(peer.id, 'newProducer', { peerId: peer.id, ...shown(producer) });
	return { id: producer.id };
}

/** @param {Asked} asked */
function closeProducer({ room, peer, data }) {
	producerOf(peer, data).close();
	peer.producers.delete(data.producerId);
	room.tellOthers(peer.id, 'producerClosed', { peerId: peer.id, producerId: data.producerId });
}

/** A consumer begins paused: its client resumes it once it is ready for the first packet. @param {Asked} asked */
async function consume({ peer, data }) {
	if (peer.rtpCapabilities === undefined) {
		throw new Refused('join first');
	}
	const { rtpCapabilities } = peer;
	const consumer = await transportOf(peer, data).consume({ producerId: data.producerId, rtpCapabilities, paused: true });
	const consumerId = consumer.id;
	peer.consumers.set(consumerId, consumer);
	consumer.on('score', (score) => peer.tell('consumerScore', { consumerId, score }));
	consumer.on('producerpause', () => peer.tell('consumerPaused', { consumerId }));
	consumer.on('producerresume', () => peer.tell('consumerResumed', { consumerId }));
	consumer.on('producerclose', () => {
		peer.consumers.delete(consumerId);
		peer.tell('consumerClosed', { consumerId });
	});
	const { producerId, kind, rtpParameters, type, producerPaused } = consumer;
	return { id: consumerId, producerId, kind, rtpParameters, type, producerPaused };
}

/** @param {Asked['peer']} peer @param {any} data */
function transportOf(peer, data) {
	return found(peer.transports, data.transportId, 'transport');
}

/** @param {Asked['peer']} peer @param {any} data */
function producerOf(peer, data) {
	return found(peer.producers, data.producerId, 'producer');
}

/** @param {Asked['peer']} peer @param {any} data */
function consumerOf(peer, data) {
	return found(peer.consumers, data.consumerId, 'consumer');
}

/** @template T @param {Map<string, T>} among @param {string} id @param {string} noun */
function found(among, id, noun) {
	const one = among.get(id);
	if (one === undefined) {
		throw new Refused(`there is no ${noun} '${id}'`);
	}
	return one;
}
