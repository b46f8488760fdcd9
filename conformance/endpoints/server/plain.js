// @ts-check
/**
 * The HTTP API for what speaks plain RTP: ffmpeg, GStreamer.
 *
 *     GET    /rooms/:room                          who is there and what they send
 *     POST   /rooms/:room/plain-producer           something plays into the room
 *     POST   /rooms/:room/plain-consumer           something records from it
 *     POST   /rooms/:room/consumers/:id/resume     once the recorder is ready
 *     DELETE /transports/:id
 */

import { json } from 'node:stream/consumers';
import { PLAIN_LISTEN_INFO } from './addresses.js';
import { recorderCapabilities } from './codecs.js';
import { Refused, shown } from './room.js';

/** @typedef {import('./room.js').Rooms} Rooms */
/** @typedef {import('./room.js').Room} Room */

/** @type {[string, RegExp, (rooms: Rooms, parts: string[], body: any) => Promise<unknown>][]} */
const ROUTES = [
	['GET', /^\/rooms\/([^/]+)$/, async (rooms, [name = '']) => show(await rooms.find(name))],
	['POST', /^\/rooms\/([^/]+)\/plain-producer$/, async (rooms, [name = ''], body) => play(rooms, await rooms.open(name), body)],
	['POST', /^\/rooms\/([^/]+)\/plain-consumer$/, async (rooms, [name = ''], body) => record(await rooms.find(name), body)],
	['POST', /^\/rooms\/([^/]+)\/consumers\/([^/]+)\/resume$/, async (rooms, [name = '', id]) => resume(await rooms.find(name), id)],
	['DELETE', /^\/transports\/([^/]+)$/, close],
];

/**
 * Answers, if the request is one of these.
 *
 * @param {Rooms} rooms
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function servePlain(rooms, request, response) {
	const path = (request.url ?? '').split('?')[0] ?? '';
	const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(path));
	if (route === undefined) {
		return false;
	}
	const [, pattern, handle] = route;
	const [, ...parts] = pattern.exec(path) ?? [];
	try {
		const answer = await handle(rooms, parts.map(decodeURIComponent), request.method === 'POST' ? await json(request) : undefined);
		response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
	} catch (error) {
		const { message } = /** @type {Error} */ (error);
		response.writeHead(error instanceof Refused ? error.status : 400).end(JSON.stringify({ error: message }));
	}
	return true;
}

/** @param {Room} room */
function show(room) {
	const peers = room.others();
	const producers = peers.flatMap(({ peerId, producers }) => producers.map((one) => ({ ...one, id: one.producerId, peerId })));
	return { name: room.name, peers, producers };
}

/** @param {Rooms} rooms @param {Room} room @param {any} body */
async function play(rooms, room, { kind, rtpParameters, name = 'RTP', comedia = true, rtcpMux = true, ip, port, rtcpPort, srtp }) {
	const transport = await createTransport(room, { comedia, rtcpMux, srtp });
	try {
		if (!comedia || srtp !== undefined) {
			await transport.connect({ ...(comedia ? {} : { ip, port, rtcpPort }), srtpParameters: srtp });
		}
		const source = kind === 'audio' ? 'mic' : 'cam';
		const producer = await transport.produce({ kind, rtpParameters, appData: { source } });
		room.plain.set(transport.id, { transport, name, producer });
		const peerId = `plain:${name}`;
		room.tellOthers(peerId, 'newPeer', { peerId, displayName: name });
		room.tellOthers(peerId, 'newProducer', { peerId, ...shown(producer) });
		return { ...addresses(transport), producerId: producer.id, rtpParameters: producer.rtpParameters };
	} catch (error) {
		transport.close();
		rooms.tidy(room);
		throw error;
	}
}

/** @param {Room} room @param {any} body */
async function record(room, { producerId, rtpCapabilities, ip, port, rtcpPort = port + 1, rtcpMux = true, paused = true, srtp }) {
	const transport = await createTransport(room, { comedia: false, rtcpMux, srtp });
	try {
		await transport.connect({ ip, port, ...(rtcpMux ? {} : { rtcpPort }), ...(srtp ? { srtpParameters: srtp } : {}) });
		const capabilities = rtpCapabilities ?? recorderCapabilities(room.router.rtpCapabilities);
		const consumer = await transport.consume({ producerId, rtpCapabilities: capabilities, paused });
		room.plain.set(transport.id, { transport, consumer });
		const { id: consumerId, kind, rtpParameters } = consumer;
		return { ...addresses(transport), consumerId, producerId, kind, rtpParameters };
	} catch (error) {
		transport.close();
		throw error;
	}
}

/** @param {Room} room @param {{ comedia: boolean, rtcpMux: boolean, srtp?: import('brodo').types.SrtpParameters }} wanted */
async function createTransport(room, { comedia, rtcpMux, srtp }) {
	const secured = srtp === undefined ? {} : { enableSrtp: true, srtpCryptoSuite: srtp.cryptoSuite };
	return room.router.createPlainTransport({ listenInfo: PLAIN_LISTEN_INFO, comedia, rtcpMux, ...secured });
}

/** @param {Room} room @param {string | undefined} id */
async function resume(room, id) {
	const consumer = [...room.plain.values()].map((media) => media.consumer).find((one) => one?.id === id);
	if (consumer === undefined) {
		throw new Refused(`there is no consumer '${id}'`, 404);
	}
	await consumer.resume();
}

/** @param {Rooms} rooms @param {string[]} parts */
async function close(rooms, [id = '']) {
	for (const room of await rooms.all()) {
		const media = room.plain.get(id);
		if (media !== undefined) {
			room.plain.delete(id);
			media.transport.close();
			const peerId = `plain:${media.name}`;
			room.tellOthers(peerId, 'producerClosed', { peerId, producerId: media.producer?.id });
			rooms.tidy(room);
			return;
		}
	}
	throw new Refused(`there is no transport '${id}'`, 404);
}

/** Where to send to, and our key if there is one. @param {import('brodo').types.PlainTransport} transport */
function addresses({ id, tuple, rtcpTuple, srtpParameters }) {
	const { localAddress: ip, localPort: port } = tuple;
	return { transportId: id, ip, port, rtcpPort: rtcpTuple?.localPort, srtpParameters };
}
