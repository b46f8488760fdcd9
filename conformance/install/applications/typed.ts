/** The same application as `forward.cjs`, for the compiler: every entry point, and types that must hold. */

import * as mediasoup from 'brodo';
import type { types } from 'brodo';
import { WorkerClosedError } from 'brodo/errors';
import { EnhancedEventEmitter } from 'brodo/extras';
import { canConsume } from 'brodo/ortc';
import type { Consumer, DirectTransport, Producer, RtpParameters } from 'brodo/types';

const mediaCodecs: types.RouterRtpCodecCapability[] = [
	{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
];
const rtpParameters: RtpParameters = {
	codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2 }],
	encodings: [{ ssrc: 1111 }],
};

class Room extends EnhancedEventEmitter<{ packet: [Buffer] }> {
	constructor(private readonly consumer: Consumer) {
		super();
		this.consumer.on('rtp', (packet: Buffer) => this.emit('packet', packet));
	}
}

async function main(): Promise<void> {
	const worker: types.Worker<{ name: string }> = await mediasoup.createWorker({ appData: { name: 'first' } });
	const router = await worker.createRouter({ mediaCodecs });
	// @ts-expect-error: an IP is wanted.
	void (() => router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp' }] }));
	const transport: DirectTransport = await router.createDirectTransport();
	const producer: Producer = await transport.produce({ kind: 'audio', rtpParameters });
	const consumer = await transport.consume({
		producerId: producer.id,
		rtpCapabilities: router.rtpCapabilities,
	});
	if (!canConsume(producer.consumableRtpParameters, router.rtpCapabilities)) {
		throw new Error('not consumable');
	}

	const received = new Promise<Buffer>((resolve) => new Room(consumer).on('packet', resolve));
	producer.send(Buffer.from([0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0x04, 0x57, 1, 2, 3, 4]));
	const packet: Buffer = await received;
	const metrics = await worker.getMetrics();
	const name: string = worker.appData.name;
	worker.close();

	const error: unknown = await worker.createRouter().catch((reason: unknown) => reason);
	if (!(error instanceof WorkerClosedError) || !metrics || packet.at(-1) !== 4 || name !== 'first') {
		throw new Error('not as typed');
	}
	console.log(JSON.stringify({ version: mediasoup.version, workerBin: mediasoup.workerBin }));
}

void main();
