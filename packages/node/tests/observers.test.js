'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { errors, extras } = require('../lib');
const { directAudio, rtp, video } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');

describeWithWorker('RTP observer', (createRouter) => {
	test('thresholds are 0 to -127 dBov', async () => {
		const router = await createRouter();

		await assert.rejects(router.createAudioLevelObserver({ threshold: 1 }), TypeError);
		await assert.rejects(router.createAudioLevelObserver({ threshold: -128 }), TypeError);
		await router.createAudioLevelObserver({ threshold: 0 });
		const observer = await router.createAudioLevelObserver({ threshold: -127 });

		assert.equal(observer.closed, false);
	});

	test('producers are added to an audio level observer and removed as often as one likes', async () => {
		const router = await createRouter();
		const { transport, producer } = await directAudio(router);
		const picture = await transport.produce(video([{ ssrc: 9 }]));
		const observer = await router.createAudioLevelObserver();
		const { id: producerId } = producer;
		const observed = async () => (await router.dump()).mapProducerIdObserverIds;

		await assert.rejects(observer.addProducer({ producerId: picture.id }), TypeError);
		await assert.rejects(observer.addProducer({ producerId: 'nobody' }), errors.NotFoundError);
		await observer.addProducer({ producerId });
		await observer.addProducer({ producerId });
		assert.ok((await observed()).some(({ key, values }) => key === producerId && values.includes(observer.id)));
		await observer.removeProducer({ producerId });
		await observer.removeProducer({ producerId });
		assert.ok(!(await observed()).some(({ values }) => values.includes(observer.id)));
	});

	test('volumes are told every interval, silence once', async () => {
		const router = await createRouter();
		const { producer: quiet } = await directAudio(router);
		const { producer: loud } = await directAudio(router);
		const observe = async ({ id: producerId }) => {
			const observer = await router.createAudioLevelObserver({ interval: 250 });
			await observer.addProducer({ producerId });
			return observer;
		};
		const observer = await observe(quiet);
		const told = [];
		observer.on('volumes', () => told.push('volumes'));
		observer.on('silence', () => told.push('silence'));

		speak(quiet);
		await extras.enhancedOnce(observer, 'volumes');
		speak(quiet);
		await extras.enhancedOnce(observer, 'volumes');
		await extras.enhancedOnce(observer, 'silence');
		// Somebody else's volumes show that the intervals go on.
		const clock = await observe(loud);
		for (let interval = 0; interval < 3; interval += 1) {
			speak(loud);
			await extras.enhancedOnce(clock, 'volumes');
		}

		assert.deepEqual(told, ['volumes', 'volumes', 'silence']);
	});
});

/** The number of the last packet of a test, modulo 2^16. */
let sequence = 0;

/** More packets than an observer wants before it believes in a voice. */
function speak(producer) {
	for (let count = 0; count < 30; count += 1) {
		sequence += 1;
		producer.send(rtp({ sequence, level: 30 }));
	}
}
