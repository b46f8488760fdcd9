'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { extras } = require('../lib');
const { LEVEL_URI, UDP, audio, directAudio, rtp, video } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');
const { LISTEN, audio: opus, room } = require('./support/room');

/** RFC 3550 §5.3.1 and RFC 8285 §4.2: the one-byte extensions of a packet, by their number. */
function extensionsOf(packet) {
	const found = new Map();
	assert.equal(packet.readUInt16BE(12), 0xbede);
	const end = 16 + 4 * packet.readUInt16BE(14);
	for (let at = 16; at < end; at += 1) {
		if (packet[at] !== 0) {
			const length = 1 + (packet[at] & 0x0f);
			found.set(packet[at] >> 4, packet.subarray(at + 1, at + 1 + length));
			at += length;
		}
	}
	return found;
}

test('a consumer that is paused while its producer is does not tell of it, nor when the producer resumes', async () => {
	const { peer, router } = room();
	const transport = await router.createWebRtcTransport(LISTEN);
	const { id: producerId } = await transport.produce(opus());
	const consumer = await transport.consume({ producerId, rtpCapabilities: router.rtpCapabilities });
	await peer.notify('consumer', consumer.id, 'producerPause');
	const told = [];
	consumer.on('producerresume', () => told.push('producerresume'));
	consumer.observer.on('pause', () => told.push('observer pause'));
	consumer.observer.on('resume', () => told.push('observer resume'));

	await consumer.pause();
	await peer.notify('consumer', consumer.id, 'producerResume');

	assert.deepEqual(told, ['producerresume']);
	assert.equal(consumer.paused, true);
	assert.equal(consumer.producerPaused, false);
});

describeWithWorker('consumer', (createRouter) => {
	async function freshConsumer(options = audio(1)) {
		const router = await createRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP] });
		const producer = await transport.produce(options);
		const { rtpCapabilities } = router;
		const consume = (wanted) => transport.consume({ producerId: producer.id, rtpCapabilities, ...wanted });
		return { consume, consumer: await consume({}) };
	}

	test('wrong options are a TypeError', async () => {
		const { consume } = await freshConsumer();

		await assert.rejects(consume({ mid: 1 }), TypeError);
		await assert.rejects(consume({ rtpCapabilities: undefined }), TypeError);
		await assert.rejects(consume({ producerId: undefined }), TypeError);
		await assert.rejects(consume({ appData: 'text' }), TypeError);
	});

	test('a codec of its parameters has these fields and no others', async () => {
		const { consumer: sound } = await freshConsumer();
		const { consumer: picture } = await freshConsumer(video([{ ssrc: 1 }]));
		const fields = ({ rtpParameters }) => rtpParameters.codecs.map((codec) => Object.keys(codec).sort());

		const common = ['clockRate', 'mimeType', 'parameters', 'payloadType', 'rtcpFeedback'];
		assert.deepEqual(fields(sound), [[...common, 'channels'].sort()]);
		assert.deepEqual(fields(picture), [common, common]);
	});

	test('a priority is 1 again when it is unset', async () => {
		const { consumer } = await freshConsumer();

		await consumer.setPriority(7);
		assert.equal((await consumer.dump()).priority, 7);
		await consumer.unsetPriority();

		assert.equal(consumer.priority, 1);
		assert.equal((await consumer.dump()).priority, 1);
	});

	test('traces of what is sent are wanted by name, until no name is given', async () => {
		const { consumer } = await freshConsumer();
		const wanted = async (...types) => {
			await consumer.enableTraceEvent(...types);
			return (await consumer.dump()).traceEventTypes;
		};

		assert.deepEqual(await wanted(['pli', 'rtp']), ['rtp', 'pli']);
		assert.deepEqual(await wanted(), []);
		assert.deepEqual(await wanted(['fir', 'FOO', 'nack']), ['nack', 'fir']);
	});

	test('the score of a stream that arrives is told', async () => {
		const { producer, consumer } = await directAudio(await createRouter());
		const scored = extras.enhancedOnce(consumer, 'score');

		producer.send(rtp({ sequence: 1, level: 30 }));
		const [score] = await scored;

		assert.deepEqual(score, { score: 10, producerScore: 10, producerScores: [10] });
		assert.deepEqual(consumer.score, score);
	});

	test('packets are numbered anew, and their extensions as the receiver knows them', async () => {
		const { producer, consumer } = await directAudio(await createRouter());
		const received = [];
		const both = new Promise((resolve) => {
			consumer.on('rtp', (packet) => received.push(packet) === 2 && resolve());
		});

		producer.send(rtp({ sequence: 1000, level: 30 }));
		producer.send(rtp({ sequence: 1001, level: 31 }));
		await both;

		const [first, second] = received;
		const step = (second.readUInt16BE(2) - first.readUInt16BE(2)) & 0xffff;
		assert.equal(step, 1);
		const { id } = consumer.rtpParameters.headerExtensions.find(({ uri }) => uri === LEVEL_URI);
		assert.deepEqual([...extensionsOf(first).get(id)], [0x80 | 30]);
		assert.deepEqual([...extensionsOf(second).get(id)], [0x80 | 31]);
	});
});
