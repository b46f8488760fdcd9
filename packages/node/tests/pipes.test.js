'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { errors } = require('../lib');
const { dispatched } = require('./support/peer');
const { audio, LISTEN, room } = require('./support/room');

/** Two routers, and a producer in the first. */
async function twoRooms() {
	const here = room();
	const there = room();
	const transport = await here.router.createWebRtcTransport(LISTEN);
	const producer = await transport.produce(audio());
	const pipe = () => here.router.pipeToRouter({ producerId: producer.id, router: there.router });
	return { here, there, transport, producer, pipe };
}

test('calls at the same time, from both sides, share one pair', async () => {
	const { here, there, producer } = await twoRooms();
	const transportThere = await there.router.createWebRtcTransport(LISTEN);
	const producerThere = await transportThere.produce(audio(2222));

	await Promise.all([
		here.router.pipeToRouter({ producerId: producer.id, router: there.router }),
		there.router.pipeToRouter({ producerId: producerThere.id, router: here.router }),
	]);

	assert.equal(here.peer.calls('createPipeTransport').length, 1);
	assert.equal(there.peer.calls('createPipeTransport').length, 1);
});

test('a pair that could not be made is forgotten, and what was made of it closed', async () => {
	const { here, there, pipe } = await twoRooms();
	there.peer.answers.createPipeTransport = { refused: { Error: 'no port' } };

	await assert.rejects(pipe(), /no port/);

	const transports = [...here.router.transportsForTesting.values()];
	assert.deepEqual(transports.map(({ type }) => type), ['webrtc']);

	there.peer.answers = {};
	const { pipeConsumer, pipeProducer } = await pipe();
	assert.equal(pipeConsumer.type, 'pipe');
	assert.equal(pipeProducer.closed, false);
});

test('a pair that could not be connected is closed at both ends', async () => {
	const { here, there, pipe } = await twoRooms();
	there.peer.answers.connectPipe = { refused: { TypeError: 'no' } };

	await assert.rejects(pipe(), TypeError);

	assert.equal(here.router.transportsForTesting.size, 1);
	assert.equal(there.router.transportsForTesting.size, 0);
	assert.equal(here.router.pipePairs.size, 0);
	assert.equal(there.router.pipePairs.size, 0);
});

test('both ends close together', async () => {
	const { here, there, pipe } = await twoRooms();
	const { pipeConsumer, pipeProducer } = await pipe();
	const [far] = there.router.transportsForTesting.values();

	here.router.close();

	assert.equal(far.closed, true);
	assert.equal(pipeConsumer.closed, true);
	assert.equal(pipeProducer.closed, true);
	assert.equal(there.router.pipePairs.size, 0);
});

test('the far producer is paused with the near one', async () => {
	const { here, there, pipe } = await twoRooms();
	const { pipeConsumer, pipeProducer } = await pipe();

	await here.peer.notify('consumer', pipeConsumer.id, 'producerPause');
	await dispatched();

	assert.equal(pipeProducer.paused, true);
	assert.equal(there.peer.calls('pause').length, 1);
});

test('closing the far producer leaves the near one', async () => {
	const { producer, pipe } = await twoRooms();
	const { pipeConsumer, pipeProducer } = await pipe();

	pipeProducer.close();

	assert.equal(pipeConsumer.closed, true);
	assert.equal(producer.closed, false);
});

test('a producer that is closed while it is piped leaves nothing', async () => {
	const { here, there, producer, pipe } = await twoRooms();
	there.peer.answers.produce = () => {
		producer.close();
		return { produced: { producerType: 'simple' } };
	};

	await assert.rejects(pipe(), errors.NotFoundError);
	await dispatched();

	assert.deepEqual(there.peer.calls('close').length, 1);
	assert.ok(here.peer.calls('close').length >= 2);
});

test('mistakes are told in a certain order', async () => {
	const { here, there, producer } = await twoRooms();
	const { router } = there;
	const pipe = (options) => here.router.pipeToRouter(options);

	await assert.rejects(pipe({ listenInfo: {}, listenIp: 'x' }), /listenInfo/);
	await assert.rejects(pipe({}), /producerId or dataProducerId/);
	await assert.rejects(pipe({ producerId: 'a', dataProducerId: 'b' }), /exclude/);
	await assert.rejects(pipe({ producerId: 'a' }), TypeError);
	await assert.rejects(pipe({ producerId: producer.id, router: here.router }), TypeError);
	await assert.rejects(pipe({ producerId: 'a', router }), errors.NotFoundError);
	await assert.rejects(pipe({ dataProducerId: 'a', router }), errors.NotFoundError);
});
