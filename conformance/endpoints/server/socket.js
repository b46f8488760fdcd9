// @ts-check
/** The WebSocket of a peer: `/ws?room=NAME&peer=NAME[&token=TOKEN]`. */

import { WebSocketServer } from 'ws';
import { answer } from './methods.js';

/** How long a peer without a socket keeps its place and its media, in milliseconds. */
const ABSENCE_MAX_MS = 10_000;

/** Close codes: what the page takes for a refusal, and what it sends when it goes (RFC 6455 §7.4). */
const REFUSED = 4403;
const FAREWELLS = [1000, 1001];

/** @typedef {import('./room.js').Rooms} Rooms */

/** @param {import('node:http').Server} server @param {Rooms} rooms */
export function acceptSockets(server, rooms) {
	new WebSocketServer({ server, path: '/ws' }).on('connection', (socket, request) => {
		const query = new URL(request.url ?? '', 'http://localhost').searchParams;
		enter(rooms, socket, query).catch((error) => socket.close(REFUSED, String(error.message).slice(0, 100)));
	});
}

/** @param {Rooms} rooms @param {import('ws').WebSocket} socket @param {URLSearchParams} query */
async function enter(rooms, socket, query) {
	const room = await rooms.open(query.get('room') ?? '');
	const { peer, resumed } = room.enter(query.get('peer') ?? '', query.get('token'));
	peer.socket = socket;
	socket.on('message', (text) => handle({ room, peer }, socket, JSON.parse(String(text))));
	socket.on('close', (code) => {
		if (peer.socket !== socket) {
			return;
		}
		peer.socket = undefined;
		const leave = () => {
			if (peer.socket === undefined) {
				room.leave(peer);
				rooms.tidy(room);
			}
		};
		setTimeout(leave, FAREWELLS.includes(code) ? 0 : ABSENCE_MAX_MS);
	});
	peer.tell('welcome', { peerId: peer.id, token: peer.token, resumed });
}

/** @param {Omit<import('./methods.js').Asked, 'data'>} caller @param {import('ws').WebSocket} socket @param {any} request */
async function handle(caller, socket, { id, method, data = {} }) {
	try {
		const result = await answer(method, { ...caller, data });
		socket.send(JSON.stringify({ id, ok: true, data: result }));
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		socket.send(JSON.stringify({ id, ok: false, error: { reason } }));
	}
}
