/** Pipes between routers of real workers. */

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { createWorker, errors } = require('../lib');
const { MEDIA_CODECS, UDP, audio } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');

describeWithWorker('pipe to a router', (createRouter) => {
	/** Two routers of two workers; the second worker ends with the test. */
	async function twoRouters(t) {
		const here = await createRouter();
		const other = await createWorker();
		t.after(() => other.close());
		const there = await other.createRouter({ mediaCodecs: MEDIA_CODECS });
		const transport = await here.createWebRtcTransport({ listenInfos: [UDP], enableSctp: true });
		return { here, there, other, transport };
	}

	test('producers that are piped one after the other share a pair of transports', async (t) => {
		const { here, there, transport } = await twoRouters(t);
		const first = await transport.produce(audio(1));
		const second = await transport.produce(audio(2));
		const counts = async () => [(await here.dump()).transportIds.length, (await there.dump()).transportIds.length];

		await here.pipeToRouter({ producerId: first.id, router: there });
		assert.deepEqual(await counts(), [2, 1]);
		await here.pipeToRouter({ producerId: second.id, router: there });

		assert.deepEqual(await counts(), [2, 1]);
	});

	test('the result has the two ends and nothing else', async (t) => {
		const { here, there, transport } = await twoRouters(t);
		const producer = await transport.produce(audio(1));
		const dataProducer = await transport.produceData({ sctpStreamParameters: { streamId: 1 } });

		const media = await here.pipeToRouter({ producerId: producer.id, router: there });
		const data = await here.pipeToRouter({ dataProducerId: dataProducer.id, router: there });

		assert.deepEqual(Object.keys(media).sort(), ['pipeConsumer', 'pipeProducer']);
		assert.deepEqual(Object.keys(data).sort(), ['pipeDataConsumer', 'pipeDataProducer']);
	});

	test('a router that closes takes both ends and the near transport with it', async (t) => {
		const { here, there, transport } = await twoRouters(t);
		const { id: dataProducerId } = await transport.produceData({ sctpStreamParameters: { streamId: 1 } });
		const near = new Promise((resolve) => here.observer.once('newtransport', resolve));
		const { pipeDataConsumer, pipeDataProducer } = await here.pipeToRouter({ dataProducerId, router: there });

		there.close();

		assert.equal(pipeDataProducer.closed, true);
		assert.equal(pipeDataConsumer.closed, true);
		assert.equal((await near).closed, true);
		assert.deepEqual((await here.dump()).transportIds, [transport.id]);
	});

	test('the first mistake is the one that is told', async (t) => {
		const { here, there, other, transport } = await twoRouters(t);
		const { id: producerId } = await transport.produce(audio(1));
		const refused = (options, expected) => assert.rejects(here.pipeToRouter(options), expected);
		const typeError = (pattern) => (error) => error instanceof TypeError && pattern.test(error.message);

		await refused({ listenInfo: UDP, listenIp: '127.0.0.1' }, typeError(/listenInfo/));
		await refused({}, typeError(/producerId or dataProducerId/));
		await refused({ producerId: 'a', dataProducerId: 'b' }, typeError(/exclude/));
		await refused({ producerId: 'nobody' }, typeError(/router/));
		await refused({ producerId: 'nobody', router: here }, typeError(/router/));
		there.close();
		await refused({ producerId, router: there }, errors.NotFoundError);
		other.close();
		await refused({ producerId: 'nobody', router: there }, errors.NotFoundError);
		await refused({ producerId, router: there }, errors.WorkerClosedError);
	});
});
