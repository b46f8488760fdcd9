/** The whole way, into the worker and back; mediasoup's own tests (`conformance/upstream`) cover the rest. */

'use strict';

const assert = require('node:assert/strict');
const { existsSync } = require('node:fs');
const { after, before, describe, test } = require('node:test');

const { createWorker, errors, extras, workerBin } = require('../lib');
const { MEDIA_CODECS, UDP, audio, directAudio, rtp } = require('./support/media');

const skip = existsSync(workerBin) ? false : `no worker at ${workerBin}`;

describe('end to end', { skip }, () => {
	let worker;
	let router;

	before(async () => {
		worker = await createWorker();
	});
	after(() => worker.close());

	async function freshRouter() {
		router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
		return router;
	}

	test('a transport may have no candidates', async () => {
		await freshRouter();

		const transport = await router.createWebRtcTransport({ listenInfos: [] });

		assert.deepEqual(transport.iceCandidates, []);
	});

	test('listen IPs stand for candidates of each protocol, in the order wanted', async () => {
		await freshRouter();

		const { iceCandidates } = await router.createWebRtcTransport({
			listenIps: ['127.0.0.1', { ip: '127.0.0.1', announcedIp: '9.9.9.9' }],
			enableTcp: true,
			preferTcp: true,
		});

		assert.deepEqual(
			iceCandidates.map(({ protocol, address, priority }) => [protocol, address, priority]),
			[
				['tcp', '127.0.0.1', 1076302079],
				['udp', '127.0.0.1', 1076302079 - 25600],
				['tcp', '9.9.9.9', 1076302079 - 2 * 25600],
				['udp', '9.9.9.9', 1076302079 - 3 * 25600],
			],
		);
	});

	test('a server of another worker, or none of its protocols, is refused', async () => {
		await freshRouter();
		const stranger = await createWorker();
		const theirs = await stranger.createWebRtcServer({ listenInfos: [UDP] });
		const ours = await worker.createWebRtcServer({ listenInfos: [UDP] });

		await assert.rejects(router.createWebRtcTransport({ webRtcServer: theirs }), Error);
		const none = { webRtcServer: ours, enableUdp: false, enableTcp: false };
		await assert.rejects(router.createWebRtcTransport(none), TypeError);

		ours.close();
		stranger.close();
	});

	test('addresses are addresses, announced ones may be names', async () => {
		await freshRouter();
		const create = (info) => router.createWebRtcTransport({ listenInfos: [{ ...UDP, ...info }] });

		await assert.rejects(create({ ip: 'localhost' }), TypeError);
		const transport = await create({ announcedAddress: 'sfu.example.com' });

		assert.equal(transport.iceCandidates[0].address, 'sfu.example.com');
	});

	test('bitrates out of range are refused', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP] });

		await assert.rejects(transport.setMaxOutgoingBitrate(20_000), TypeError);
		await assert.rejects(transport.setMaxOutgoingBitrate(1.5), RangeError);
		await assert.rejects(transport.setMaxOutgoingBitrate(-1), TypeError);
		await assert.rejects(transport.setMaxIncomingBitrate(2 ** 63), TypeError);
		await transport.setMaxIncomingBitrate(2 ** 40);
		await transport.setMaxIncomingBitrate(0);
	});

	test('ids of producers are unique: in a transport, and in the worker', async () => {
		await freshRouter();
		const [first, second] = await Promise.all([
			router.createWebRtcTransport({ listenInfos: [UDP] }),
			router.createWebRtcTransport({ listenInfos: [UDP] }),
		]);
		const producer = await first.produce(audio(1));

		await assert.rejects(first.produce({ ...audio(2), id: producer.id }), TypeError);
		const elsewhere = await second.produce({ ...audio(3), id: producer.id }).catch((error) => error);

		assert.ok(elsewhere instanceof Error && !(elsewhere instanceof TypeError));
	});

	test('producers of a transport share a CNAME', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP] });
		const withCname = (options, cname) => {
			options.rtpParameters.rtcp = { cname };
			return options;
		};

		const first = await transport.produce(withCname(audio(1), 'one'));
		const second = await transport.produce(withCname(audio(2), 'two'));

		assert.equal(first.rtpParameters.rtcp.cname, 'one');
		assert.equal(second.rtpParameters.rtcp.cname, 'one');
	});

	test('priorities are 1 to 255', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP] });
		const producer = await transport.produce(audio(1));
		const { rtpCapabilities } = router;
		const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });

		await assert.rejects(consumer.setPriority(256), TypeError);
		await assert.rejects(consumer.setPriority(-1), TypeError);
		await consumer.setPriority(255);

		assert.equal(consumer.priority, 255);
	});

	test('SRTP keys are as long as their suite wants', async () => {
		await freshRouter();
		const lengths = {
			AEAD_AES_256_GCM: 60,
			AEAD_AES_128_GCM: 40,
			AES_CM_128_HMAC_SHA1_80: 40,
			AES_CM_128_HMAC_SHA1_32: 40,
		};
		for (const [srtpCryptoSuite, length] of Object.entries(lengths)) {
			const options = { listenInfo: UDP, enableSrtp: true, srtpCryptoSuite };
			const transport = await router.createPlainTransport(options);

			assert.equal(transport.srtpParameters.cryptoSuite, srtpCryptoSuite);
			assert.equal(transport.srtpParameters.keyBase64.length, length);
		}
	});

	test('a plain transport with comedia takes one connect(), without an address', async () => {
		await freshRouter();
		const transport = await router.createPlainTransport({ listenInfo: UDP, comedia: true });

		await transport.connect({ ip: 'nonsense', port: 1 });
		assert.equal(transport.tuple.remoteIp, undefined);
		const again = await transport.connect({}).catch((error) => error);

		assert.ok(again instanceof Error && !(again instanceof TypeError));
	});

	test('a text is no port', async () => {
		await freshRouter();
		const transport = await router.createPlainTransport({ listenInfo: UDP });

		await assert.rejects(transport.connect({ ip: '127.0.0.1', port: '5000' }), TypeError);
		await assert.rejects(transport.connect({ ip: '127.0.0.1', port: 5000, rtcpPort: 5001 }), TypeError);
	});

	test('RTP goes through direct transports', async () => {
		const { producer, consumer } = await directAudio(await freshRouter());
		const received = extras.enhancedOnce(consumer, 'rtp');
		const scored = extras.enhancedOnce(producer, 'score');

		producer.send(rtp({ sequence: 1000, level: 30 }));
		const [packet] = await received;
		const [score] = await scored;

		assert.ok(Buffer.isBuffer(packet));
		const [{ ssrc }] = consumer.rtpParameters.encodings;
		assert.equal(packet.readUInt32BE(8), ssrc);
		assert.equal(packet[1] & 0x7f, consumer.rtpParameters.codecs[0].payloadType);
		assert.deepEqual(score, [{ encodingIdx: 0, ssrc: 1111, rid: undefined, score: 10 }]);
		const [stat] = await producer.getStats();
		assert.equal(stat.type, 'inbound-rtp');
		assert.equal(stat.packetCount, 1);
		assert.deepEqual(stat.bitrateByLayer, {});
		const types = (await consumer.getStats()).map(({ type }) => type);
		assert.deepEqual(types, ['outbound-rtp', 'inbound-rtp']);
	});

	test('a trace of a packet can be written as JSON', async () => {
		const { producer } = await directAudio(await freshRouter());
		await producer.enableTraceEvent(['rtp']);
		const traced = extras.enhancedOnce(producer, 'trace');
		const packet = rtp({ sequence: 1, level: 30 });

		producer.send(packet);
		const [{ type, direction, info }] = await traced;

		assert.deepEqual([type, direction], ['rtp', 'in']);
		const shown = JSON.parse(JSON.stringify(info));
		assert.equal(shown.isRtx, false);
		assert.equal(shown.rtpPacket.sequenceNumber, 1);
		assert.equal(shown.rtpPacket.size, packet.length);
		assert.equal(shown.rtpPacket.mid, null);
	});

	test('who is loud is told', async () => {
		const { producer } = await directAudio(await freshRouter());
		const observer = await router.createAudioLevelObserver({ interval: 250 });
		await observer.addProducer({ producerId: producer.id });
		const told = extras.enhancedOnce(observer, 'volumes');

		for (let sequence = 0; sequence < 30; sequence += 1) {
			producer.send(rtp({ sequence, level: 30 }));
		}
		const [volumes] = await told;

		assert.deepEqual(volumes, [{ producer, volume: -30 }]);
		await extras.enhancedOnce(observer, 'silence');
	});

	test('observers take sound only', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP] });
		const video = await transport.produce({
			kind: 'video',
			rtpParameters: {
				codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90000 }],
				encodings: [{ ssrc: 9 }],
			},
		});
		const speaker = await router.createActiveSpeakerObserver();
		const { id: producerId } = await transport.produce(audio(1));

		await assert.rejects(speaker.addProducer({ producerId: video.id }), TypeError);
		await assert.rejects(speaker.addProducer({ producerId: 'nobody' }), errors.NotFoundError);
		await speaker.addProducer({ producerId });
		await assert.rejects(speaker.addProducer({ producerId }), Error);
		const told = extras.enhancedOnce(speaker, 'dominantspeaker');
		const [{ producer }] = await told;

		assert.equal(producer.id, producerId);
	});

	test('what is in a router ends before it, in order', async () => {
		const { producer, transport } = await directAudio(await freshRouter());
		const observer = await router.createActiveSpeakerObserver();
		const told = [];
		producer.on('transportclose', () => told.push('producer transportclose'));
		transport.on('routerclose', () => told.push('transport routerclose'));
		transport.observer.on('close', () => told.push('transport close'));
		observer.on('routerclose', () => told.push('observer routerclose'));
		observer.observer.on('close', () => told.push('observer close'));
		router.observer.on('close', () => told.push('router close'));

		router.close();

		assert.deepEqual(told, [
			'producer transportclose',
			'transport routerclose',
			'transport close',
			'observer routerclose',
			'observer close',
			'router close',
		]);
	});

	test('a producer that is piped twice needs another id', async () => {
		const { producer } = await directAudio(await freshRouter());
		const other = await createWorker();
		const there = await other.createRouter({ mediaCodecs: MEDIA_CODECS });
		const pipe = (options) => router.pipeToRouter({ producerId: producer.id, router: there, ...options });

		const first = await pipe();
		await assert.rejects(pipe(), TypeError);
		const second = await pipe({ keepId: false });

		assert.deepEqual(Object.keys(first).sort(), ['pipeConsumer', 'pipeProducer']);
		assert.equal(first.pipeProducer.id, producer.id);
		assert.notEqual(second.pipeProducer.id, producer.id);
		assert.equal(first.pipeProducer.closed, false);
		other.close();
	});

	test('what is sent to something closed is ignored, to a closed worker is an error', async () => {
		const brief = await createWorker();
		const briefRouter = await brief.createRouter({ mediaCodecs: MEDIA_CODECS });
		const { producer, transport } = await directAudio(briefRouter);

		assert.throws(() => producer.send('text'), TypeError);
		assert.throws(() => transport.sendRtcp('text'), TypeError);
		producer.close();
		producer.send(rtp({ sequence: 1, level: 30 }));
		await assert.rejects(producer.dump(), errors.NotFoundError);
		brief.close();

		assert.throws(() => producer.send(rtp({ sequence: 2, level: 30 })), errors.WorkerClosedError);
	});

	test('streams are 0 to 65534', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP], enableSctp: true });
		const produce = (streamId) => transport.produceData({ sctpStreamParameters: { streamId } });

		await assert.rejects(produce(65_535), TypeError);
		const { sctpStreamParameters } = await produce(65_541);

		assert.equal(sctpStreamParameters.streamId, 5);
	});

	test('a stream has one limit at most', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({ listenInfos: [UDP], enableSctp: true });
		const sctpStreamParameters = { streamId: 1, maxRetransmits: 3 };
		const { id: dataProducerId } = await transport.produceData({ sctpStreamParameters });

		await assert.rejects(transport.consumeData({ dataProducerId, maxPacketLifeTime: 100 }), TypeError);
		const ordered = await transport.consumeData({ dataProducerId, ordered: true });

		assert.equal(ordered.sctpStreamParameters.maxRetransmits, undefined);
	});

	test('messages wait until SCTP is connected', async () => {
		await freshRouter();
		const transport = await router.createWebRtcTransport({
			listenInfos: [UDP],
			enableSctp: true,
			maxSendMessageSize: 100,
		});
		const { id: dataProducerId } = await transport.produceData({ sctpStreamParameters: { streamId: 1 } });
		const dataConsumer = await transport.consumeData({ dataProducerId });

		assert.equal(await dataConsumer.send('hello'), 5);
		assert.equal(await dataConsumer.getBufferedAmount(), 5);
		await assert.rejects(dataConsumer.send(Buffer.alloc(101)), TypeError);
		await assert.rejects(dataConsumer.send({}), TypeError);
		await dataConsumer.pause();
		const paused = await dataConsumer.send('hello').catch((error) => error);

		assert.ok(paused instanceof Error && !(paused instanceof TypeError));
		const [{ messagesSent }] = await dataConsumer.getStats();
		assert.equal(messagesSent, 1);
	});

	test('messages of the application keep their kind, also when they are empty', async () => {
		await freshRouter();
		const transport = await router.createDirectTransport({ maxReceiveMessageSize: 10 });
		const dataProducer = await transport.produceData();
		const dataConsumer = await transport.consumeData({ dataProducerId: dataProducer.id });
		const received = [];
		const all = new Promise((resolve) => {
			dataConsumer.on('message', (message, ppid) => {
				received.push([message.toString('latin1'), ppid]);
				if (ppid === 99) {
					resolve();
				}
			});
		});

		dataProducer.send('');
		dataProducer.send(Buffer.alloc(0));
		dataProducer.send('text');
		dataProducer.send(Buffer.from('bytes'));
		dataProducer.send('longer than ten bytes');
		dataProducer.send('last', 99);
		await all;

		assert.deepEqual(received, [
			[' ', 56],
			['\0', 57],
			['text', 51],
			['bytes', 53],
			['last', 99],
		]);
		const [{ messagesReceived }] = await dataProducer.getStats();
		assert.equal(messagesReceived, 5);
	});

	test('a worker tells what it has used, and its counters', async () => {
		const usage = await worker.getResourceUsage();
		const metrics = await worker.getMetrics();

		assert.ok(usage.ru_maxrss > 0);
		assert.equal(usage.ru_nsignals, 0);
		assert.ok(Object.keys(metrics).length > 0);
		assert.ok(Object.values(metrics).every(Number.isInteger));
	});
});
