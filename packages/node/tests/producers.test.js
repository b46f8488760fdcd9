'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { LEVEL_URI, UDP, audio, video } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');

describeWithWorker('producer', (createRouter) => {
	async function freshTransport() {
		const router = await createRouter();
		return router.createWebRtcTransport({ listenInfos: [UDP] });
	}

	test('a kind that contradicts the codecs is refused', async () => {
		const transport = await freshTransport();

		await assert.rejects(transport.produce({ ...video([{ ssrc: 1 }]), kind: 'audio' }), TypeError);
		await assert.rejects(transport.produce({ ...audio(1), kind: 'video' }), TypeError);
		const producer = await transport.produce(audio(1));

		assert.equal(producer.kind, 'audio');
	});

	test('header extensions are known ones, and not numbered 0', async () => {
		const transport = await freshTransport();
		const produce = (extension) => {
			const options = audio(1);
			options.rtpParameters.headerExtensions = [extension];
			return transport.produce(options);
		};

		await assert.rejects(produce({ uri: LEVEL_URI, id: 0 }), TypeError);
		await assert.rejects(produce({ uri: 'urn:nobody:knows', id: 1 }), TypeError);
		const producer = await produce({ uri: LEVEL_URI, id: 1 });

		assert.equal(producer.rtpParameters.headerExtensions.length, 1);
	});

	test('encodings that cannot be are refused', async () => {
		const transport = await freshTransport();
		const refused = (options) => assert.rejects(transport.produce(options), TypeError);
		const withRtx = (encoding) => {
			const options = video([encoding]);
			const rtx = { mimeType: 'video/rtx', payloadType: 97, clockRate: 90000, parameters: { apt: 96 } };
			options.rtpParameters.codecs.push(rtx);
			return options;
		};

		await refused(video([{ ssrc: 1, scalabilityMode: 'L2T1' }, { ssrc: 2 }]));
		await refused(video([{ ssrc: 1 }, {}]));
		await refused(withRtx({ ssrc: 1, codecPayloadType: 97 }));
		await refused(withRtx({ ssrc: 1, codecPayloadType: 98 }));
		const sound = audio(1);
		sound.rtpParameters.encodings[0].scalabilityMode = 'L1T3';
		await refused(sound);
		const same = await transport.produce(withRtx({ ssrc: 1, rtx: { ssrc: 1 } })).catch((error) => error);
		assert.ok(same instanceof Error && !(same instanceof TypeError));
		const producer = await transport.produce(withRtx({ ssrc: 1, rtx: { ssrc: 2 } }));

		assert.equal(producer.rtpParameters.encodings[0].rtx.ssrc, 2);
	});

	test('a scalability mode that is missing or unknown is shown as one layer', async () => {
		const transport = await freshTransport();
		const shown = async (encoding) => {
			const producer = await transport.produce(video([encoding]));
			const { rtpParameters } = await producer.dump();
			return rtpParameters.encodings[0].scalabilityMode;
		};

		assert.equal(await shown({ ssrc: 1 }), 'S1T1');
		assert.equal(await shown({ ssrc: 2, scalabilityMode: 'CHICKEN' }), 'S1T1');
		assert.equal(await shown({ ssrc: 3, scalabilityMode: 'L1T3' }), 'L1T3');
	});

	test('traces are wanted by name, until no name is given', async () => {
		const transport = await freshTransport();
		const producer = await transport.produce(audio(1));
		const wanted = async (...types) => {
			await producer.enableTraceEvent(...types);
			return (await producer.dump()).traceEventTypes;
		};

		assert.deepEqual(await wanted(['pli', 'rtp']), ['rtp', 'pli']);
		assert.deepEqual(await wanted(), []);
		assert.deepEqual(await wanted(['fir', 'FOO', 'nack']), ['nack', 'fir']);
		const all = ['rtp', 'keyframe', 'nack', 'pli', 'fir'];
		assert.deepEqual(await wanted([...all].reverse()), all);
	});
});
