/** Messages of one sender to many receivers. */

import { cpuMicros, median } from './process.js';
import { openRoom } from './room.js';

const ROUNDS = 3;
const ROUND_MS = 1_000;
const RECEIVERS = [1, 10, 50];

/** What is under way at a time: as much as the queues of the worker take without dropping any. */
const SIZES = [
	{ bytes: 100, inFlight: 32 },
	{ bytes: 16_384, inFlight: 8 },
];

/** Nothing takes so long that is not lost. */
const LOST_AFTER_MS = 5_000;

const SCTP = { enableSctp: true, sctpSendBufferSize: 4 << 20, perStreamSendQueueLimit: 4 << 20 };

/** Prints a line a shape. */
export async function data({ rounds = ROUNDS } = {}) {
	console.log(`Messages from a direct transport; medians of ${rounds} rounds; receivers: here (direct transports), or at the other end of SCTP, in a second worker`);
	console.log('  receivers           bytes   messages/s       MB/s  worker µs/message');
	for (const [kind, open] of [['direct', direct], ['sctp', sctp]]) {
		for (const count of RECEIVERS) {
			try {
				await measure(kind, open, count, rounds);
			} catch (error) {
				if (error.name !== 'UnsupportedError') {
					throw error;
				}
				console.log(`  ${kind}: this worker has no data producers or consumers yet: ${error.message}`);
				break;
			}
		}
	}
}

async function measure(kind, open, count, rounds) {
	const room = await openRoom();
	const others = [];
	try {
		const transport = await room.router.createDirectTransport();
		const producer = await transport.produceData();
		const received = await open(room, producer, count, others);
		for (const { bytes, inFlight } of SIZES) {
			const shape = { room, producer, received, count, message: Buffer.alloc(bytes, 7), inFlight };
			const all = [];
			// One to warm up.
			for (let n = 0; n <= rounds; n += 1) {
				all.push(await round(shape));
			}
			const perSecond = median(all.slice(1).map((figure) => figure.perSecond));
			const cost = median(all.slice(1).map((figure) => figure.cost));
			const cells = [count, kind, bytes, perSecond.toFixed(0), ((perSecond * bytes) / 1e6).toFixed(1), cost.toFixed(1)];
			console.log('  ' + cells.map((cell, at) => String(cell).padStart([9, 8, 8, 13, 11, 19][at])).join(''));
		}
	} finally {
		[room, ...others].forEach(({ worker }) => worker.close());
	}
}

/** Messages that arrived a second, all receivers together, and what each costs the sending worker. */
async function round({ room, producer, received, count, message, inFlight }) {
	const first = await received(0);
	const [before, begun] = [cpuMicros(room.worker.pid), performance.now()];
	let expected = 0;
	while (performance.now() - begun < ROUND_MS) {
		for (let n = 0; n < inFlight; n += 1) {
			producer.send(message);
		}
		expected += inFlight * count;
		const arrived = (await received(first + expected)) - first;
		if (arrived < expected) {
			throw new Error(`${expected - arrived} of ${expected} messages were lost`);
		}
	}
	const perSecond = expected / ((performance.now() - begun) / 1_000);
	return { perSecond, cost: (cpuMicros(room.worker.pid) - before) / expected };
}

/** Gives a function that waits until so many were received. */
async function direct({ router }, producer, count) {
	let arrived = 0;
	let wanted = Infinity;
	let wake = () => {};
	for (let n = 0; n < count; n += 1) {
		const transport = await router.createDirectTransport();
		const consumer = await transport.consumeData({ dataProducerId: producer.id });
		consumer.on('message', () => {
			arrived += 1;
			if (arrived >= wanted) {
				wake();
			}
		});
	}
	return async (target) => {
		if (arrived < target) {
			wanted = target;
			await within(LOST_AFTER_MS, new Promise((resolve) => (wake = resolve)));
			wanted = Infinity;
		}
		return arrived;
	};
}

/** As `direct`; those who receive are data producers of another worker, which count for us. */
async function sctp(room, producer, count, others) {
	const far = await openRoom();
	others.push(far);
	const receivers = [];
	for (let n = 0; n < count; n += 1) {
		const [here, there] = await Promise.all([room, far].map(openAssociation));
		await Promise.all([connect(here, there), connect(there, here)]);
		const consumer = await here.consumeData({ dataProducerId: producer.id });
		const { streamId } = consumer.sctpStreamParameters;
		receivers.push(await there.produceData({ sctpStreamParameters: { streamId, ordered: true } }));
		await Promise.all([here, there].map(established));
	}
	return async (target) => {
		const deadline = performance.now() + LOST_AFTER_MS;
		for (;;) {
			const stats = await Promise.all(receivers.map((receiver) => receiver.getStats()));
			const arrived = stats.reduce((sum, [{ messagesReceived }]) => sum + messagesReceived, 0);
			if (arrived >= target || performance.now() > deadline) {
				return arrived;
			}
		}
	};
}

function openAssociation({ router }) {
	return router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' }, ...SCTP });
}

function connect(transport, { tuple }) {
	return transport.connect({ ip: '127.0.0.1', port: tuple.localPort });
}

async function established(transport) {
	if (transport.sctpState !== 'connected') {
		const connected = new Promise((resolve) => {
			transport.on('sctpstatechange', (state) => state === 'connected' && resolve());
		});
		await within(LOST_AFTER_MS, connected);
	}
}

async function within(milliseconds, promise) {
	let timer;
	const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
	await Promise.race([promise, late]);
	clearTimeout(timer);
}
