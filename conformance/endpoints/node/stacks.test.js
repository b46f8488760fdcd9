// @ts-check
/** Stacks that are no browser's, over a path that loses one packet in fifty: data both ways, and werift's RTP. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { digestOf, digestsOf, KINDS, messageOf, notSent } from '../data/messages.js';
import { DataRoom } from '../lib/dataRoom.js';
import { eventually } from '../lib/eventually.js';
import { LibDataChannel } from '../lib/libdatachannel.js';
import { Werift } from '../lib/werift.js';

const LOSS = 0.02;
const TIMEOUT = 60_000;

/** What the endpoint sends on; what it receives on is the worker's to choose, from 0. */
const STREAM = 100;

/** @type {DataRoom} */
let room;
before(async () => {
	room = await DataRoom.open();
});
after(async () => {
	await room?.close();
	LibDataChannel.end();
});

for (const { name, Peer, count, sends } of [
	// It takes its time where packets are lost, and sends nothing at all for an empty message (RFC 8831 §6.6 asks for a byte).
	{ name: 'werift', Peer: Werift, count: 200, sends: KINDS.filter(({ length }) => length > 0) },
	{ name: 'node-datachannel', Peer: LibDataChannel, count: 1_000, sends: KINDS },
]) {
	const sent = digestsOf(count);

	describe(name, () => {
		for (const ordered of [true, false]) {
			it(`sends and receives ${count} messages, ${ordered ? 'in order' : 'in any order'}`, { timeout: TIMEOUT }, async (test) => {
				const { endpoint, peer, channel, producer } = await connected(test, { loss: LOSS, ordered });

				for (let index = 0; index < count; index += 1) {
					channel.send(messageOf(index));
					producer.send(Buffer.from(messageOf(index)));
				}

				for (const received of [endpoint.received, peer.received]) {
					const seen = async () => [endpoint.received.length, peer.seen(), endpoint.relay.counts, await endpoint.transport.getStats()];
					await eventually(`${count} messages arrive`, () => received.length >= count, { timeout: 25_000, seen });
					assert.deepEqual(notSent(received, sent), [], 'each arrives once and whole');
					if (ordered) {
						assert.deepEqual(received, sent);
					}
				}
				assert.equal(endpoint.dropped, 0);
				assert.ok(endpoint.relay.counts.lost > 0, 'the path lost packets');
			});
		}

		it('tells text, binary and nothing apart', { timeout: TIMEOUT }, async (test) => {
			const { endpoint, peer, channel, producer } = await connected(test, { loss: 0, ordered: true });

			sends.forEach(channel.send);
			for (const message of KINDS) {
				producer.send(typeof message === 'string' ? message : Buffer.from(message));
			}

			for (const { received, expected } of [
				{ received: endpoint.received, expected: sends },
				{ received: peer.received, expected: KINDS },
			]) {
				await eventually('all arrive', () => received.length >= expected.length, { seen: () => received });
				assert.deepEqual(received, expected.map(digestOf));
			}
		});
	});

	/** @param {import('node:test').TestContext} test @param {{ loss: number, ordered: boolean }} options */
	async function connected(test, { loss, ordered }) {
		const endpoint = await room.endpoint(test, { loss, seed: 9 });
		const peer = new Peer(endpoint);
		test.after(() => peer.close());
		await endpoint.listen({ sctpStreamParameters: { streamId: STREAM, ordered } });
		const { producer, offer } = await endpoint.speak({ ordered });
		const channels = [peer.open(STREAM, ordered), peer.open(offer.sctpStreamParameters?.streamId ?? 0, ordered)];
		await peer.connect();
		await eventually('the channels open', () => channels.every((channel) => channel?.isOpen()), { seen: () => peer.seen() });
		const [channel] = channels;
		assert.ok(channel);
		return { endpoint, peer, channel, producer };
	}
}

describe('RTP of werift', () => {
	const payloads = Array.from({ length: 200 }, () => randomBytes(60));

	it('reaches the router', { timeout: TIMEOUT }, async (test) => {
		const endpoint = await room.endpoint(test, { loss: 0, seed: 9 });
		const peer = new Werift(endpoint);
		test.after(() => peer.close());
		const { producer, send } = await peer.sendOpus();
		const consumer = await room.direct.consume({ producerId: producer.id, rtpCapabilities: room.router.rtpCapabilities });
		/** @type {Set<string>} */
		const received = new Set();
		consumer.on('rtp', (packet) => received.add(packet.subarray(-60).toString('hex')));

		await arriveAll(send, received, () => peer.seen());
	});

	it('comes from the router', { timeout: TIMEOUT }, async (test) => {
		const endpoint = await room.endpoint(test, { loss: 0, seed: 9 });
		const peer = new Werift(endpoint);
		test.after(() => peer.close());
		const producer = await room.direct.produce({
			kind: 'audio',
			rtpParameters: {
				codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
				encodings: [{ ssrc: 4321 }],
			},
		});
		const consumer = await endpoint.transport.consume({ producerId: producer.id, rtpCapabilities: room.router.rtpCapabilities });
		/** @type {Set<string>} */
		const received = new Set();
		await peer.receive(consumer, (payload) => received.add(payload.toString('hex')));
		let sequence = 0;
		const send = (/** @type {Buffer} */ payload) => {
			sequence += 1;
			const header = Buffer.from([0x80, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
			header.writeUInt16BE(sequence, 2);
			header.writeUInt32BE(sequence * 960, 4);
			header.writeUInt32BE(4321, 8);
			producer.send(Buffer.concat([header, payload]));
		};

		await arriveAll(send, received, () => peer.seen());
	});

	/**
	 * What is sent before the endpoint is connected is lost: so it is sent until one arrives, then all.
	 *
	 * @param {(payload: Buffer) => void} send
	 * @param {Set<string>} received
	 * @param {() => unknown} seen
	 */
	async function arriveAll(send, received, seen) {
		const first = () => {
			send(randomBytes(60));
			return received.size > 0;
		};
		await eventually('the first packet arrives', first, { seen });
		payloads.forEach(send);
		const haveAll = () => payloads.every((payload) => received.has(payload.toString('hex')));
		await eventually('all packets arrive, whole', haveAll, { seen: () => [received.size, seen()] });
	}
});
