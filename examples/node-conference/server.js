// @ts-check
/**
 * A conference: a room for every path of the URL, where everybody sees, hears and writes to everybody.
 *
 *     PORT=3000 SFU=brodo node server.js
 *
 *     browser ── GET /ROOM ─────▶ the page, bundled when this starts
 *             ── WebSocket ─────▶ peer.js ─▶ room.js ─▶ SFU
 *             ══ media, chat ═══▶ SFU
 */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { WebSocketServer } from 'ws';
import { Peer } from './peer.js';
import { Room } from './room.js';

/** The one line that knows which SFU this is. @type {typeof import('brodo')} */
const sfu = await import(process.env['SFU'] ?? 'brodo');

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const html = await readFile(here('page/index.html'));
const bundle = await build({ entryPoints: [here('page/main.js')], bundle: true, format: 'esm', write: false });
const script = bundle.outputFiles[0]?.contents;

const worker = await sfu.createWorker({ logLevel: 'warn' });
worker.on('died', () => process.exit(1));
const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos() });

/** @type {Map<string, { opening: Promise<Room>, sockets: number }>} */
const rooms = new Map();

const server = createServer((request, response) => {
	const isScript = request.url === '/main.js';
	response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
	response.end(isScript ? script : html);
});
new WebSocketServer({ server }).on('connection', (socket, request) => {
	const name = request.url ?? '/';
	const entry = rooms.get(name) ?? { opening: Room.open(worker, webRtcServer), sockets: 0 };
	rooms.set(name, entry);
	entry.sockets += 1;
	const entering = entry.opening.then((room) => Peer.enter(room, socket));
	entering.catch((error) => socket.close(1011, String(error).slice(0, 100)));
	socket.on('close', async () => {
		await entering.then((peer) => peer.leave(), () => undefined);
		entry.sockets -= 1;
		if (entry.sockets === 0) {
			rooms.delete(name);
			(await entry.opening).close();
		}
	});
});
server.listen(Number(process.env['PORT'] ?? 3000), () => {
	const address = server.address();
	console.log(`${process.env['SFU'] ?? 'brodo'}: http://localhost:${typeof address === 'object' ? address?.port : ''}/lobby`);
});

/** UDP before TCP, on `LISTEN_IP` if that is set, else on every IPv4 address of this machine. */
function listenInfos() {
	const { LISTEN_IP, ANNOUNCED_ADDRESS: announcedAddress } = process.env;
	const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
	const ips = LISTEN_IP ? [LISTEN_IP] : own.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
	return /** @type {const} */ (['udp', 'tcp']).flatMap((protocol) => ips.map((ip) => ({ protocol, ip, announcedAddress })));
}
