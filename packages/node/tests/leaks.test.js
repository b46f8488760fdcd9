/**
 * Objects that come and go leave nothing behind: not in the worker, which is asked, and not here, where the
 * garbage collector is. `bench/control` has the same for memory, with ten times as many.
 */

'use strict';

const assert = require('node:assert/strict');
const { existsSync } = require('node:fs');
const { test } = require('node:test');
const v8 = require('node:v8');

const { createWorker, workerBin } = require('../lib');
const { EnhancedEventEmitter } = require('../lib/enhancedEvents');
const { audio, LISTEN } = require('./support/room');

const OPUS = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 };

const CYCLES = 1_000;
const AT_ONCE = 20;

const skip = !existsSync(workerBin)
	? `no worker at ${workerBin}`
	: !v8.queryObjects && 'this Node cannot count objects';

test('a thousand transports with producers and consumers leave nothing', { skip }, async (t) => {
	const worker = await createWorker();
	t.after(() => worker.close());
	const router = await worker.createRouter({ mediaCodecs: [OPUS] });
	const webRtcServer = await worker.createWebRtcServer(LISTEN);
	const rtpCapabilities = router.rtpCapabilities;
	await cycle(0);
	const before = await countEmitters();

	for (let n = 0; n < CYCLES; n += AT_ONCE) {
		await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => cycle(n + at)));
	}

	assert.deepEqual(await router.dump(), {
		id: router.id,
		transportIds: [],
		rtpObserverIds: [],
		mapProducerIdConsumerIds: [],
		mapConsumerIdProducerId: [],
		mapProducerIdObserverIds: [],
		mapDataProducerIdDataConsumerIds: [],
		mapDataConsumerIdDataProducerId: [],
	});
	const dump = await webRtcServer.dump();
	assert.deepEqual([dump.webRtcTransportIds, dump.localIceUsernameFragments], [[], []]);
	assert.equal(await countEmitters(), before);

	/** Everything that a participant does. Every third closes all by itself, every third the producer first. */
	async function cycle(n) {
		const transport = await router.createWebRtcTransport(n % 2 ? { webRtcServer } : LISTEN);
		const producer = await transport.produce(audio(1000 + n));
		const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
		if (n % 3 === 0) {
			consumer.close();
		}
		if (n % 3 !== 2) {
			producer.close();
		}
		transport.close();
	}
});

/** Objects of the API and their observers that something still holds. */
async function countEmitters() {
	// What only a continuation held is free in the next turn.
	await new Promise((resolve) => setImmediate(resolve));
	return v8.queryObjects(EnhancedEventEmitter, { format: 'count' });
}
