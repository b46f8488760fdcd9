/** Where we differ from mediasoup: `docs/deviations` names these tests. */

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { WebRtcServerImpl } = require('../lib/WebRtcServer');
const { audio, LISTEN, room } = require('./support/room');

const CHANNEL = { sctpStreamParameters: { streamId: 7 } };

test('a router that closes leaves nothing in a WebRTC server', async () => {
	const { peer, router } = room();
	const server = new WebRtcServerImpl('server', peer.channel);
	const transport = await router.createWebRtcTransport({ webRtcServer: server });
	const told = [];
	server.observer.on('webrtctransportunhandled', (unhandled) => told.push(unhandled));

	router.close();

	assert.deepEqual(told, [transport]);
	assert.equal(server.webRtcTransportsForTesting.size, 0);
});

test('what a closed server has carried away cannot be consumed', async () => {
	const { peer, router } = room();
	const server = new WebRtcServerImpl('server', peer.channel);
	const transport = await router.createWebRtcTransport({ webRtcServer: server });
	const producer = await transport.produce(audio());
	const request = { producerId: producer.id, rtpCapabilities: router.rtpCapabilities };
	assert.equal(router.canConsume(request), true);

	server.close();

	assert.equal(producer.closed, true);
	assert.equal(router.canConsume(request), false);
});

test('a data channel that the endpoint closes closes its data consumer', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const dataProducer = await transport.produceData(CHANNEL);
	const dataConsumer = await transport.consumeData({ dataProducerId: dataProducer.id });
	const told = [];
	dataConsumer.on('streamclose', () => told.push('streamclose'));
	dataConsumer.observer.on('close', () => told.push('close'));

	await peer.notify('dataConsumer', dataConsumer.id, 'streamClosed');

	assert.deepEqual(told, ['streamclose', 'close']);
	assert.equal(dataConsumer.closed, true);
	assert.equal(dataProducer.closed, false);
});

test('a stream is free again if its data consumer came to nothing', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const dataProducer = await transport.produceData(CHANNEL);
	const consume = () => transport.consumeData({ dataProducerId: dataProducer.id });
	const negotiated = { negotiatedMaxOutboundStreams: 3, negotiatedMaxInboundStreams: 3 };
	await peer.notify('transport', transport.id, { sctpStateChange: { state: 'connected', negotiated } });
	const ids = new Set();

	peer.answers.consumeData = { refused: { Error: 'no' } };
	await assert.rejects(consume());
	peer.answers = {};
	for (let count = 0; count < 3; count += 1) {
		ids.add((await consume()).sctpStreamParameters.streamId);
	}

	assert.equal(ids.size, 3);
	await assert.rejects(consume(), /no SCTP stream is free/);
});

test('a limit of 0 is a limit', async () => {
	const { router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const { id: dataProducerId } = await transport.produceData(CHANNEL);

	const dataConsumer = await transport.consumeData({ dataProducerId, maxRetransmits: 0 });

	const { ordered, maxRetransmits } = dataConsumer.sctpStreamParameters;
	assert.deepEqual({ ordered, maxRetransmits }, { ordered: false, maxRetransmits: 0 });
});

test('supported capabilities do not change when a router is made', () => {
	const { getSupportedRtpCapabilities } = require('../lib');
	const before = getSupportedRtpCapabilities();

	room();

	assert.deepEqual(getSupportedRtpCapabilities(), before);
});
