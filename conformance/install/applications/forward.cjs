/** What an application does first: a worker, a router, transports, and a packet that goes through. */

'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { readlinkSync } = require('node:fs');

const MEDIA_CODECS = [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 }];
const SENT = {
	codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2 }],
	encodings: [{ ssrc: 1111 }],
};
/** RFC 3550 §5.1: version 2, payload type 111, SSRC 1111, a payload of 4. */
const PACKET = Buffer.from([0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0x04, 0x57, 1, 2, 3, 4]);

/** Says which program the worker was, and what came out. */
module.exports = async function forward({ createWorker, version, workerBin }) {
	const worker = await createWorker();
	const router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
	const { iceCandidates } = await router.createWebRtcTransport({
		listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
	});
	const transport = await router.createDirectTransport();
	const producer = await transport.produce({ kind: 'audio', rtpParameters: SENT });
	const consumer = await transport.consume({
		producerId: producer.id,
		rtpCapabilities: router.rtpCapabilities,
	});

	const received = once(consumer, 'rtp');
	producer.send(PACKET);
	const [packet] = await received;
	const metrics = await worker.getMetrics();

	assert.equal(iceCandidates.length, 1);
	assert.deepEqual([...packet.subarray(-4)], [1, 2, 3, 4]);
	assert.ok(Object.keys(metrics).length > 0);
	const program = process.platform === 'linux' ? readlinkSync(`/proc/${worker.pid}/exe`) : undefined;
	const ended = once(worker, 'subprocessclose');
	worker.close();
	await ended;
	console.log(JSON.stringify({ version, workerBin, program }));
};
