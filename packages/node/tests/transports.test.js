'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { errors } = require('../lib');
const { UDP } = require('./support/media');
const { describeWithWorker } = require('./support/realWorker');

const SRTP_KEY = Buffer.alloc(30, 7).toString('base64');

describeWithWorker('transports', (createRouter, getWorker) => {
	test('a WebRTC server may listen twenty times', async () => {
		const listenInfos = Array.from({ length: 20 }, () => UDP);

		const server = await getWorker().createWebRtcServer({ listenInfos });

		const { udpSockets } = await server.dump();
		assert.equal(udpSockets.length, 20);
		assert.equal(new Set(udpSockets.map(({ port }) => port)).size, 20);
		server.close();
	});

	test('an IPv6 address is shown in its shortest form', async () => {
		const router = await createRouter();
		const listenInfos = [{ protocol: 'udp', ip: '::0:1' }];

		const server = await getWorker().createWebRtcServer({ listenInfos });
		const transport = await router.createWebRtcTransport({ listenInfos });

		const { udpSockets } = await server.dump();
		assert.equal(udpSockets[0].ip, '::1');
		assert.equal(transport.iceCandidates[0].address, '::1');
		server.close();
	});

	test('of several ways to say where to listen, the server wins, then listen IPs', async () => {
		const router = await createRouter();
		const webRtcServer = await getWorker().createWebRtcServer({ listenInfos: [UDP] });
		const [socket] = (await webRtcServer.dump()).udpSockets;
		const tcp = { protocol: 'tcp', ip: '127.0.0.1' };

		const onServer = await router.createWebRtcTransport({ webRtcServer, listenInfos: [tcp] });
		const onIps = await router.createWebRtcTransport({ listenIps: ['127.0.0.1'], listenInfos: [tcp] });

		const shown = ({ iceCandidates }) => iceCandidates.map(({ protocol, port }) => [protocol, port]);
		assert.deepEqual(shown(onServer), [['udp', socket.port]]);
		assert.deepEqual(
			onIps.iceCandidates.map(({ protocol }) => protocol),
			['udp'],
		);
		webRtcServer.close();
	});

	test('a port is shared if everybody on it wants to share', async () => {
		const router = await createRouter();
		const listenInfo = { ...UDP, flags: { udpReusePort: true } };
		const first = await router.createPlainTransport({ listenInfo });
		const port = first.tuple.localPort;

		await assert.rejects(router.createPlainTransport({ listenInfo: { ...UDP, port } }), Error);
		const second = await router.createPlainTransport({ listenInfo: { ...listenInfo, port } });

		assert.equal(second.tuple.localPort, port);
	});

	test('a plain transport takes keys of the length that the suite wants', async () => {
		const router = await createRouter();
		const transport = await router.createPlainTransport({ listenInfo: UDP, enableSrtp: true });
		const connect = (keyBase64) =>
			transport.connect({
				ip: '127.0.0.1',
				port: 5000,
				srtpParameters: { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64 },
			});

		await assert.rejects(connect(Buffer.alloc(29).toString('base64')), TypeError);
		await assert.rejects(connect(Buffer.alloc(31).toString('base64')), TypeError);
		await connect(SRTP_KEY);

		assert.equal(transport.tuple.remotePort, 5000);
	});

	test('a pipe transport wants an address, and encrypts with AES-256-GCM or not at all', async () => {
		const router = await createRouter();
		const transport = await router.createPipeTransport({ listenInfo: UDP, enableSrtp: true });
		const srtpParameters = { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: SRTP_KEY };

		await assert.rejects(transport.connect({ ip: '127.0.0.1', port: 5000, srtpParameters }), TypeError);
		const itsOwn = transport.srtpParameters;
		await assert.rejects(transport.connect({ port: 5000, srtpParameters: itsOwn }), TypeError);
		await transport.connect({ ip: '127.0.0.1', port: 5000, srtpParameters: itsOwn });

		assert.equal(itsOwn.cryptoSuite, 'AEAD_AES_256_GCM');
		assert.equal(transport.tuple.remotePort, 5000);
	});

	test('a direct transport has no bitrates to limit', async () => {
		const router = await createRouter();
		const transport = await router.createDirectTransport();

		await assert.rejects(transport.setMaxIncomingBitrate(100_000), errors.UnsupportedError);
		await assert.rejects(transport.setMaxOutgoingBitrate(100_000), errors.UnsupportedError);
		await assert.rejects(transport.setMinOutgoingBitrate(100_000), errors.UnsupportedError);
	});
});
