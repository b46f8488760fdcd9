// @ts-check
/** UDP ports for programs that want to be told theirs. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { eventually } from './eventually.js';

/** Pairs given so far, so that none is given twice while its program is not up yet. */
const given = new Set();

/** Attempts to find a pair; half of all ports will do, so one is rarely missed. */
const ATTEMPTS_MAX = 100;

/** An even port that is free along with the next one, as RTP and RTCP have them (RFC 3550 §11). */
export async function freePortPair() {
	for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
		const port = (await freePort(0)) & ~1;
		if (!given.has(port) && (await isFree(port)) && (await isFree(port + 1))) {
			given.add(port);
			return port;
		}
	}
	throw new Error('no two free UDP ports side by side');
}

/** Waits until some program receives on a UDP port. @param {number} port @param {() => unknown} seen */
export async function bound(port, seen) {
	await eventually(`a program listens on UDP port ${port}`, async () => (await boundPorts()).has(port), { seen });
}

/** Every UDP port of this machine that is in use. It is asked and not tried: trying would take it. */
async function boundPorts() {
	const tables = await Promise.all(['/proc/net/udp', '/proc/net/udp6'].map((path) => readFile(path, 'utf8').catch(() => '')));
	const ports = tables.join('\n').matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4})/gm);
	return new Set([...ports].map(([, port]) => Number.parseInt(port ?? '', 16)));
}

/** @param {number} port */
async function isFree(port) {
	return freePort(port).then(
		() => true,
		() => false,
	);
}

/** @param {number} wanted */
async function freePort(wanted) {
	const socket = createSocket('udp4');
	const listening = once(socket, 'listening');
	socket.bind(wanted, '127.0.0.1');
	await listening;
	const { port } = socket.address();
	socket.close();
	return port;
}
