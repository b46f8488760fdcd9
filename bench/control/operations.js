/** How many operations a second, and what each costs the worker. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { cpuMicros, median } from './process.js';
import { dtlsParameters, openRoom, ownPort, producerOptions } from './room.js';

/** What the project aims at on two cores, awaited, through Node. */
const AIM = 6_000;

const ROUNDS = 5;
const ROUND_MS = 1_200;
const FLOOR_MS = 300;
const CALLERS = 32;

/** Prints a line a shape. */
export async function operations({ rounds = ROUNDS } = {}) {
	console.log(
		`Through Node; an operation is a create, a connect or a consume; medians of ${rounds} rounds; aim: ${AIM} a second by one caller; the floor is an echo through \`cat\``,
	);
	console.log('  port      alive  callers  operations/s     best  of floor  worker µs/op  node µs/op');
	for (const port of ['shared', 'own']) {
		for (const callers of [1, CALLERS]) {
			const costs = [];
			for (const alive of [1, 1_000]) {
				costs.push(await measure({ port, callers, alive, rounds }));
			}
			const growth = costs[1] / costs[0];
			console.log(`         worker CPU an operation with 1 000 alive, next to 1: ${growth.toFixed(2)} times`);
		}
	}
}

/** Gives what an operation costs the worker. */
async function measure({ port, callers, alive, rounds }) {
	const room = await openRoom();
	const echo = new Echo();
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
	for (let n = 0; n <= rounds; n += 1) {
		const floor = await echo.rate();
		const figure = await round({ room, listen, consume, callers });
		if (n > 0) {
			all.push({ ...figure, share: figure.perSecond / floor });
		}
	}
	const middle = (name) => median(all.map((figure) => figure[name]));
	const best = Math.max(...all.map(({ perSecond }) => perSecond));
	const rates = [middle('perSecond').toFixed(0), best.toFixed(0), middle('share').toFixed(2)];
	const cells = [port, alive, callers, ...rates, middle('worker').toFixed(0), middle('node').toFixed(0)];
	const widths = [6, 9, 9, 14, 9, 10, 14, 12];
	console.log('  ' + cells.map((cell, at) => String(cell)[at ? 'padStart' : 'padEnd'](widths[at])).join(''));
	room.worker.close();
	echo.close();
	return middle('worker');
}

/** Callers who each do one thing after the other. */
async function round({ room, listen, consume, callers }) {
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

/** A process that sends back what it gets, one message at a time. */
class Echo {
	#process = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
	#message = Buffer.alloc(300);

	/** Messages a second. */
	async rate() {
		const begun = performance.now();
		let done = 0;
		while (performance.now() - begun < FLOOR_MS) {
			this.#process.stdin.write(this.#message);
			await once(this.#process.stdout, 'data');
			done += 1;
		}
		return done / ((performance.now() - begun) / 1_000);
	}

	close() {
		this.#process.stdin.end();
	}
}
