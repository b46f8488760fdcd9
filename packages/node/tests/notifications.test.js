'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { audio, LISTEN, room } = require('./support/room');

/** What is told on an object and on its observer, in order. */
function record(object, ...names) {
	const told = [];
	for (const name of names) {
		object.on(name, (...args) => told.push([name, ...args]));
		object.observer.on(name, (...args) => told.push([`observer ${name}`, ...args]));
	}
	return told;
}

test('ICE moves on', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const told = record(transport, 'icestatechange', 'iceselectedtuplechange');
	const tuple = { localAddress: '1.1.1.1', localPort: 1, remoteIp: '2.2.2.2', remotePort: 2, protocol: 'udp' };

	await peer.notify('transport', transport.id, { iceSelectedTupleChange: tuple });
	await peer.notify('transport', transport.id, { iceStateChange: 'completed' });

	const shown = { localIp: '1.1.1.1', ...tuple };
	assert.deepEqual(told, [
		['iceselectedtuplechange', shown],
		['observer iceselectedtuplechange', shown],
		['icestatechange', 'completed'],
		['observer icestatechange', 'completed'],
	]);
	assert.equal(transport.iceState, 'completed');
	assert.deepEqual(transport.iceSelectedTuple, shown);
});

test('DTLS moves on', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const told = record(transport, 'dtlsstatechange');

	await peer.notify('transport', transport.id, { dtlsStateChange: { state: 'connecting', remoteCert: null } });
	await peer.notify('transport', transport.id, { dtlsStateChange: { state: 'connected', remoteCert: 'PEM' } });

	assert.deepEqual(told.map(([, state]) => state), ['connecting', 'connecting', 'connected', 'connected']);
	assert.equal(transport.dtlsState, 'connected');
	assert.equal(transport.dtlsRemoteCert, 'PEM');
});

test('the streams that SCTP agreed on are known when it says that it is connected', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const negotiated = { negotiatedMaxOutboundStreams: 100, negotiatedMaxInboundStreams: 200 };
	let seen;
	transport.on('sctpstatechange', () => (seen = transport.sctpNegotiatedCapabilities));

	await peer.notify('transport', transport.id, { sctpStateChange: { state: 'connected', negotiated } });

	assert.deepEqual(seen, negotiated);
	assert.equal(transport.sctpState, 'connected');
});

test('a producer has a score', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const producer = await transport.produce(audio());
	const told = record(producer, 'score');

	for (const score of [10, 9, 8]) {
		await peer.notify('producer', producer.id, {
			score: [{ encodingIdx: 0, ssrc: 1111, rid: null, score }],
		});
	}

	assert.equal(told.length, 6);
	assert.deepEqual(producer.score, [{ encodingIdx: 0, ssrc: 1111, rid: undefined, score: 8 }]);
});

test('a consumer has a score, and layers', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const producer = await transport.produce(audio());
	const { rtpCapabilities } = router;
	const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
	const told = record(consumer, 'score', 'layerschange');
	const score = { score: 9, producerScore: 8, producerScores: [8] };

	for (const value of [10, 8, 9]) {
		await peer.notify('consumer', consumer.id, { score: { ...score, score: value } });
	}
	await peer.notify('consumer', consumer.id, { layersChange: { spatialLayer: 1, temporalLayer: 2 } });
	await peer.notify('consumer', consumer.id, { layersChange: null });

	assert.deepEqual(
		told.filter(([name]) => name === 'score').map(([, { score }]) => score),
		[10, 8, 9],
	);
	assert.deepEqual(consumer.score, score);
	assert.deepEqual(
		told.filter(([name]) => name === 'layerschange'),
		[['layerschange', { spatialLayer: 1, temporalLayer: 2 }], ['layerschange', undefined]],
	);
	assert.equal(consumer.currentLayers, undefined);
});

test('a trace is told once, with plain numbers', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const producer = await transport.produce(audio());
	const { rtpCapabilities } = router;
	const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
	const told = record(consumer, 'trace');
	const info = { rtpPacket: { ssrc: 1, size: 100, payloadSize: 80, mid: null }, isRtx: false };

	await peer.notify('consumer', consumer.id, { trace: { type: 'rtp', timestamp: 5, direction: 'out', info } });

	assert.deepEqual(told.map(([name]) => name), ['trace', 'observer trace']);
	assert.deepEqual(JSON.parse(JSON.stringify(told[0][1].info)), info);
});

test('the observer of a consumer tells whether anything is sent', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const producer = await transport.produce(audio());
	const { rtpCapabilities } = router;
	const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
	const told = record(consumer, 'pause', 'resume', 'producerpause', 'producerresume');

	await consumer.pause();
	await peer.notify('consumer', consumer.id, 'producerPause');
	await peer.notify('consumer', consumer.id, 'producerPause');
	await consumer.resume();
	await peer.notify('consumer', consumer.id, 'producerResume');

	assert.deepEqual(told.flat(), ['observer pause', 'producerpause', 'producerresume', 'observer resume']);
});

test('a consumer ends with its producer', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const producer = await transport.produce(audio());
	const { rtpCapabilities } = router;
	const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
	const told = record(consumer, 'producerclose', 'close');

	producer.close();
	assert.equal(consumer.closed, false);
	await peer.notify('consumer', consumer.id, 'producerClose');

	assert.equal(consumer.closed, true);
	assert.deepEqual(told.flat(), ['producerclose', 'observer close']);
});

test('a listener that throws breaks nothing', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const failures = [];
	transport.on('icestatechange', () => {
		throw new Error('mine');
	});
	transport.on('listenererror', (name, error) => failures.push([name, error.message]));

	await peer.notify('transport', transport.id, { iceStateChange: 'connected' });

	assert.deepEqual(failures, [['icestatechange', 'mine']]);
	assert.equal(transport.iceState, 'connected');
});
