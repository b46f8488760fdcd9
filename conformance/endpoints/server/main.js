// @ts-check
/**
 * The demo's signalling, served by the Node package: what runs against the demo's server runs against this.
 *
 *     node main.js [--port PORT]
 *
 * `SFU` names the package, `brodo` unless told otherwise: `SFU=mediasoup` does the same with mediasoup.
 *
 *     browser ── GET /  ───────────▶ page.js      the demo's page, as Vite built it
 *             ── WebSocket /ws ────▶ socket.js ─▶ methods.js ─▶ room.js ─▶ SFU
 *     ffmpeg  ── POST /rooms/… ────▶ plain.js ────────────────▶ room.js ─▶ SFU
 */

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { listenInfos } from './addresses.js';
import { servePage } from './page.js';
import { servePlain } from './plain.js';
import { Rooms } from './room.js';
import { acceptSockets } from './socket.js';

/** @type {typeof import('brodo')} */
const sfu = await import(process.env['SFU'] ?? 'brodo');

const { port } = parseArgs({ options: { port: { type: 'string', default: '3000' } } }).values;
const worker = await sfu.createWorker({ logLevel: 'warn' });
worker.on('died', () => {
	console.error('the worker died');
	process.exit(1);
});
const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos() });
const rooms = new Rooms(worker, webRtcServer);

const server = createServer((request, response) => {
	serve(request, response).catch((error) => {
		console.error(error);
		response.destroy();
	});
});
acceptSockets(server, rooms);
server.listen(Number(port), '127.0.0.1', () => {
	const address = server.address();
	console.log(`listening on http://localhost:${typeof address === 'object' ? address?.port : port}`);
});

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function serve(request, response) {
	if (!(await servePlain(rooms, request, response))) {
		await servePage(request, response);
	}
}

process.once('SIGINT', () => {
	worker.close();
	worker.once('subprocessclose', () => process.exit());
});
