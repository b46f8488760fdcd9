'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { MEDIA_CODECS } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');

describeWithWorker('router', (createRouter, getWorker) => {
	test('a new one is empty', async () => {
		const router = await createRouter();

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
	});

	test('a listener of an observer that throws does not stop what it is told of', async () => {
		const worker = getWorker();
		const failures = [];
		worker.observer.once('newrouter', () => {
			throw new Error('mine');
		});
		worker.observer.once('listenererror', (name, error) => failures.push([name, error.message]));

		const router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });

		assert.deepEqual(failures, [['newrouter', 'mine']]);
		assert.equal(router.closed, false);
	});

	test('who asks whether nonsense can be consumed is told that it cannot', async () => {
		const router = await createRouter();
		const transport = await router.createDirectTransport();
		const rtpParameters = {
			codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2 }],
			encodings: [{ ssrc: 1 }],
		};
		const { id: producerId } = await transport.produce({ kind: 'audio', rtpParameters });
		const { rtpCapabilities } = router;

		assert.equal(router.canConsume({ producerId, rtpCapabilities }), true);
		assert.equal(router.canConsume({ producerId: 'nobody', rtpCapabilities }), false);
		for (const malformed of [undefined, null, 'text', { codecs: 'text' }, { codecs: [{ kind: 'audio' }] }]) {
			assert.equal(router.canConsume({ producerId, rtpCapabilities: malformed }), false);
		}
	});
});
