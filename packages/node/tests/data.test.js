'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { UDP } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');

describeWithWorker('data', (createRouter) => {
	async function freshData() {
		const router = await createRouter();
		const options = { listenInfos: [UDP], enableSctp: true };
		const from = await router.createWebRtcTransport(options);
		const to = await router.createWebRtcTransport(options);
		const dataProducer = await from.produceData({ sctpStreamParameters: { streamId: 1 } });
		const dataConsumer = await to.consumeData({ dataProducerId: dataProducer.id });
		return { router, from, to, dataProducer, dataConsumer };
	}

	/** What a router knows of data producers and consumers. */
	async function mapsOf(router) {
		const dump = await router.dump();
		return [dump.mapDataProducerIdDataConsumerIds, dump.mapDataConsumerIdDataProducerId];
	}

	test('a router forgets data producers and consumers that are closed', async () => {
		const { router, dataProducer, dataConsumer } = await freshData();
		const produced = { key: dataProducer.id, values: [dataConsumer.id] };
		const consumed = { key: dataConsumer.id, value: dataProducer.id };
		assert.deepEqual(await mapsOf(router), [[produced], [consumed]]);

		dataConsumer.close();
		assert.deepEqual(await mapsOf(router), [[{ key: dataProducer.id, values: [] }], []]);
		dataProducer.close();
		assert.deepEqual(await mapsOf(router), [[], []]);
	});

	test('a router forgets what was on a transport that is closed', async () => {
		const { router, from, to, dataProducer } = await freshData();

		to.close();
		assert.deepEqual(await mapsOf(router), [[{ key: dataProducer.id, values: [] }], []]);
		from.close();
		assert.deepEqual(await mapsOf(router), [[], []]);
	});

	test('subchannels are a set', async () => {
		const { dataConsumer } = await freshData();
		const sorted = () => [...dataConsumer.subchannels].sort((one, other) => one - other);

		await dataConsumer.setSubchannels([]);
		await dataConsumer.addSubchannel(5);
		await dataConsumer.addSubchannel(10);
		await dataConsumer.addSubchannel(5);
		assert.deepEqual(sorted(), [5, 10]);
		await dataConsumer.removeSubchannel(666);
		assert.deepEqual(sorted(), [5, 10]);
		await dataConsumer.removeSubchannel(5);
		assert.deepEqual(sorted(), [10]);
		await dataConsumer.setSubchannels([]);
		assert.deepEqual(sorted(), []);
	});
});
