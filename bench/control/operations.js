/** How many operations a second, and what each costs the worker. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { cpuMicros, median } from './process.js';
import { dtlsParameters, openRoom, ownPort, producerOptions } from './room.js';

/** What the project aims at on two cores, awaited, through Node. */
const AIM = 6_000;

const ROUNDS = 5;
const ROUND_MS = 1_200;
const CALLERS = 32;

/** Prints a line a shape, after the floor of the same run. */
export async function operations({ rounds = ROUNDS } = {}) {
	console.log(`Through Node; an operation is a create, a connect or a consume; medians of ${rounds} rounds; aim: ${AIM} awaited`);
	await floor();
	console.log('  port      alive  callers   operations/s   worker µs/op   node µs/op');
	const figures = new Map();
	for (const port of ['shared', 'own']) {
		for (const callers of [1, CALLERS]) {
			for (const alive of [1, 1_000]) {
				const figure = await measure({ port, callers, alive, rounds });
				figures.set(`${port} ${callers} ${alive}`, figure);
			}
		}
	}
	const growth = figures.get('shared 1 1000').worker / figures.get('shared 1 1').worker;
	console.log(`  worker CPU an operation with 1 000 alive, next to 1: ${growth.toFixed(2)} times`);
}

async function measure({ port, callers, alive, rounds }) {
	const room = await openRoom();
	const listen = () => (port === 'own' ? ownPort() : { webRtcServer: room.webRtcServer });
	const sender = await room.router.createWebRtcTransport(listen());
	const producer = await sender.produce(producerOptions('video', 1111));
	const consume = { producerId: producer.id, rtpCapabilities: room.router.rtpCapabilities };
	for (let n = 1; n < alive; n += 1) {
		const transport = await room.router.createWebRtcTransport(listen());
		await transport.consume(consume);
	}
	const all = [];
	// One to warm up.
	for (let round = 0; round <= rounds; round += 1) {
		const figure = await once1({ room, listen, consume, callers });
		if (round > 0) {
			all.push(figure);
		}
	}
	const pick = (name) => median(all.map((figure) => figure[name]));
	const figure = { perSecond: pick('perSecond'), worker: pick('worker'), node: pick('node') };
	const cells = [port, alive, callers, figure.perSecond.toFixed(0), figure.worker.toFixed(0), figure.node.toFixed(0)];
	console.log('  ' + cells.map((cell, at) => String(cell)[at ? 'padStart' : 'padEnd']([6, 9, 9, 15, 15, 13][at])).join(''));
	room.worker.close();
	return figure;
}

/** A round: callers who each do one thing after the other. */
async function once1({ room, listen, consume, callers }) {
	const dtls = dtlsParameters();
	const { pid } = room.worker;
	const [worker, node, begun] = [cpuMicros(pid), cpuMicros('self'), performance.now()];
	let done = 0;
	const caller = async () => {
		while (performance.now() - begun < ROUND_MS) {
			const transport = await room.router.createWebRtcTransport(listen());
			await transport.connect({ dtlsParameters: dtls });
			await transport.consume(consume);
			transport.close();
			done += 3;
		}
	};
	await Promise.all(Array.from({ length: callers }, caller));
	const seconds = (performance.now() - begun) / 1_000;
	return {
		perSecond: done / seconds,
		worker: (cpuMicros(pid) - worker) / done,
		node: (cpuMicros('self') - node) / done,
	};
}

/** A byte to a process that sends it back, one at a time: no awaited operation can be quicker. */
async function floor() {
	const echo = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
	const bytes = Buffer.alloc(300);
	const begun = performance.now();
	let done = 0;
	while (performance.now() - begun < ROUND_MS) {
		echo.stdin.write(bytes);
		await once(echo.stdout, 'data');
		done += 1;
	}
	echo.stdin.end();
	console.log(`  floor: ${(done / ((performance.now() - begun) / 1_000)).toFixed(0)} awaited echoes/s of 300 bytes through \`cat\``);
}
