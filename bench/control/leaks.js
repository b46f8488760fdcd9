/** Cycles of all that a participant does, and the memory that stays. */

import { getHeapSpaceStatistics } from 'node:v8';

import { cpuMicros, megabytes, residentBytes } from './process.js';
import { dtlsParameters, openRoom, ownPort, producerOptions } from './room.js';

/** What may come on top after the first tenth: a page here and there, an arena of the allocator. */
const WORKER_MARGIN = 2 << 20;

/**
 * Without the pages of young objects: V8 gives itself more of those the more objects come, up to 32 MB,
 * whether any stays or not. What a cycle leaves ends up among the old, whose pages come and go a little.
 */
const NODE_MARGIN = 10 << 20;

/** After a collection: a hundred bytes a cycle. */
const HEAP_MARGIN = 1 << 20;

/** Prints a line each tenth, and tells whether memory is flat after the first. */
export async function leaks({ cycles = 10_000 } = {}) {
	const room = await openRoom();
	const { pid } = room.worker;
	const tenth = cycles / 10;
	console.log(`${cycles} cycles of createWebRtcTransport, connect, produce, consume, close`);
	console.log('  cycles  worker MB    node MB  of it young  node heap MB  objects  worker µs/cycle');
	let first;
	let last;
	for (let part = 1; part <= 10; part += 1) {
		const before = cpuMicros(pid);
		for (let n = 0; n < tenth; n += 1) {
			await cycle(room, part * tenth + n);
		}
		const objects = await objectsAlive(room);
		const spent = (cpuMicros(pid) - before) / tenth;
		last = memory(pid);
		first ??= last;
		const sizes = [last.worker, last.node, last.young, last.heap].map(megabytes);
		const cells = [part * tenth, ...sizes, objects, spent.toFixed(0)];
		console.log(cells.map((cell, at) => String(cell).padStart([8, 11, 11, 13, 14, 9, 17][at])).join(''));
		if (objects > 0) {
			throw new Error(`${objects} objects are still there after all were closed`);
		}
	}
	room.worker.close();
	verdict('worker', last.worker - first.worker, WORKER_MARGIN);
	verdict('node without young objects', old(last) - old(first), NODE_MARGIN);
	if (globalThis.gc) {
		verdict("node's heap", last.heap - first.heap, HEAP_MARGIN);
	}
}

function memory(pid) {
	globalThis.gc?.();
	return {
		worker: residentBytes(pid),
		node: process.memoryUsage.rss(),
		young: getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').physical_space_size,
		heap: process.memoryUsage().heapUsed,
	};
}

function old({ node, young }) {
	return node - young;
}

/** One comes, sends and receives, and leaves. Every other closes each object himself, on the port of the server. */
async function cycle({ router, webRtcServer }, n) {
	const listen = n % 2 ? { webRtcServer } : ownPort();
	const transport = await router.createWebRtcTransport(listen);
	await transport.connect({ dtlsParameters: dtlsParameters() });
	const producer = await transport.produce(producerOptions(n % 4 < 2 ? 'video' : 'audio', 1000 + 2 * n));
	const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
	if (n % 2) {
		consumer.close();
		producer.close();
	}
	transport.close();
}

async function objectsAlive({ worker, router }) {
	const inRouter = await router.dump();
	const { webRtcServerIds } = await worker.dump();
	const transports = inRouter.transportIds.length + router.transportsForTesting.size;
	const pairs = inRouter.mapProducerIdConsumerIds.length + inRouter.mapConsumerIdProducerId.length;
	return transports + pairs + webRtcServerIds.length - 1;
}

function verdict(what, growth, margin) {
	const text = `${what}: ${growth < 0 ? '' : '+'}${megabytes(growth)} MB after the first tenth, margin ${megabytes(margin)} MB`;
	if (growth > margin) {
		process.exitCode = 1;
		console.log(`FAILED ${text}`);
	} else {
		console.log(`ok     ${text}`);
	}
}
