'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { errors } = require('../lib');
const { dispatched, frame, Peer } = require('./support/peer');

test('answers resolve in the order of the requests', async () => {
	const peer = new Peer();
	const order = [];

	await Promise.all(
		['a', 'b', 'c'].map((id) =>
			peer.channel.request('done', { router: [id, 'close'] }).then(() => order.push(id)),
		),
	);

	assert.deepEqual(order, ['a', 'b', 'c']);
});

test('requests and commands travel in the order of the calls', async () => {
	const peer = new Peer();

	const request = peer.channel.request('subchannels', { dataConsumer: ['c', { setSubchannels: [1] }] });
	peer.channel.command({ producerSend: ['p', Buffer.from([1])] });
	await request.catch(() => {});

	assert.deepEqual(peer.messages.map((message) => Object.keys(message)[0]), ['request', 'command']);
});

test('a refusal becomes the error of its kind', async () => {
	const kinds = [
		['TypeError', TypeError],
		['NotFound', errors.NotFoundError],
		['Unsupported', errors.UnsupportedError],
		['Error', Error],
	];
	for (const [reason, type] of kinds) {
		const peer = new Peer();
		peer.answers.dump = { refused: { [reason]: 'because' } };

		const error = await peer.channel.request('routerDump', { router: ['r', 'dump'] }).catch((e) => e);

		assert.equal(error.constructor, type);
		assert.match(error.message, /because/);
	}
});

test('a notification is told after the continuations of an answer before it', async () => {
	const peer = new Peer();
	const order = [];
	peer.channel.subscribe('t', () => order.push('notification'));
	const request = peer.channel.request('done', { router: ['r', 'close'] }).then(async () => {
		await null;
		await null;
		order.push('continuation');
	});

	peer.send({ notification: { transport: ['t', { iceStateChange: 'connected' }] } });
	await request;
	await dispatched();

	assert.deepEqual(order, ['continuation', 'notification']);
});

test('notifications keep their order', async () => {
	const peer = new Peer();
	const seen = [];
	peer.channel.subscribe('c', (event) => seen.push(event.bufferedAmountLow));

	for (let amount = 0; amount < 100; amount += 1) {
		peer.send({ notification: { dataConsumer: ['c', { bufferedAmountLow: amount }] } });
	}
	await dispatched();

	assert.deepEqual(seen, Array.from({ length: 100 }, (_, amount) => amount));
});

test('a frame may come in any pieces', async () => {
	const event = { notification: { consumer: ['c', { rtp: Buffer.alloc(1000, 7) }] } };
	const bytes = Buffer.concat([frame(event), frame(event), frame(event)]);
	for (const size of [1, 3, 5, 1001, bytes.length]) {
		const peer = new Peer();
		const seen = [];
		peer.channel.subscribe('c', ({ rtp }) => seen.push(rtp));

		for (let at = 0; at < bytes.length; at += size) {
			peer.sendBytes(bytes.subarray(at, at + size));
			await new Promise((resolve) => process.nextTick(resolve));
		}
		await dispatched();

		assert.equal(seen.length, 3);
		assert.ok(seen.every((rtp) => Buffer.isBuffer(rtp) && rtp.equals(Buffer.alloc(1000, 7))));
	}
});

test('null becomes undefined in answers', async () => {
	const peer = new Peer();
	peer.answers.dump = { routerDump: { a: null, b: [{ c: null, d: 0 }] } };

	const dump = await peer.channel.request('routerDump', { router: ['r', 'dump'] });

	assert.deepEqual(dump, { a: undefined, b: [{ c: undefined, d: 0 }] });
});

test('closing refuses what is pending, and what comes later', async () => {
	const peer = new Peer();
	peer.isHolding = true;
	const pending = peer.channel.request('done', { router: ['r', 'close'] });

	peer.channel.close();

	await assert.rejects(pending, errors.WorkerClosedError);
	await assert.rejects(peer.channel.request('done', 'dumpWorker'), errors.WorkerClosedError);
	assert.throws(() => peer.channel.command({ producerSend: ['p', Buffer.alloc(1)] }), errors.WorkerClosedError);
});

test('a request above 8 MiB is refused, a command above it dropped', async () => {
	const peer = new Peer();
	const big = Buffer.alloc(8 * 1024 * 1024);

	const send = { dataConsumer: ['c', { send: { ppid: 53, data: big } }] };
	await assert.rejects(peer.channel.request('bufferedAmount', send), /too big/);
	peer.channel.command({ producerSend: ['p', big] });
	await peer.channel.request('done', { router: ['r', 'close'] });

	assert.equal(peer.messages.length, 1);
});
