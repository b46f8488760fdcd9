// @ts-check
/** A page that sends messages over a data channel, or receives them: `window.data`, for tests. */

import { Device } from 'mediasoup-client';
import { digestOf, messageOf } from './messages.js';

/** Bytes that may wait in the browser: those that it holds are as good as sent. */
const WAITING_MAX = 1_000_000;

/** @typedef {import('mediasoup-client').types.Transport} Transport */

const device = new Device();
/** @type {string[]} */
const received = [];
/** @type {string[]} What `connectionstatechange` and channels told, for failures. */
const news = [];

Object.assign(window, { data: { send, receive, received: () => received, news: () => news } });

/** Sends so many messages. @param {any} transportOptions @param {any} options @param {number} count */
async function send(transportOptions, options, count) {
	const transport = await create('createSendTransport', transportOptions);
	transport.on('producedata', (what, done, failed) => void ask('produceData', what).then(done, failed));
	const producer = await transport.produceData(options);
	// The library's own promise is not told of the channel's opening.
	await until(() => producer.readyState === 'open', producer, 'open');
	producer.bufferedAmountLowThreshold = WAITING_MAX / 2;
	for (let index = 0; index < count; index += 1) {
		producer.send(messageOf(index));
		if (producer.bufferedAmount > WAITING_MAX) {
			await until(() => producer.bufferedAmount <= WAITING_MAX / 2, producer, 'bufferedamountlow');
		}
	}
}

/** Receives from now on. @param {any} transportOptions @param {any} options */
async function receive(transportOptions, options) {
	const transport = await create('createRecvTransport', transportOptions);
	const consumer = await transport.consumeData(options);
	consumer.on('message', async (/** @type {Blob | ArrayBuffer} */ message) => {
		// A blob is read later; its place is kept.
		const place = received.push('') - 1;
		const buffer = message instanceof Blob ? await message.arrayBuffer() : message;
		received[place] = digestOf(new Uint8Array(buffer));
	});
	await until(() => consumer.readyState === 'open', consumer, 'open');
}

/** @param {'createSendTransport' | 'createRecvTransport'} create @param {any} options @returns {Promise<Transport>} */
async function create(create, options) {
	await device.load({ routerRtpCapabilities: await ask('capabilities', {}) });
	const transport = device[create](options);
	transport.on('connect', ({ dtlsParameters }, done, failed) => void ask('connect', { dtlsParameters }).then(done, failed));
	transport.on('connectionstatechange', (state) => void news.push(state));
	return transport;
}

/** @param {() => boolean} isSo @param {any} emitter @param {string} event */
async function until(isSo, emitter, event) {
	if (!isSo()) {
		await new Promise((resolve) => emitter.once(event, resolve));
		news.push(event);
	}
}

/** @param {string} method @param {object} data @returns {Promise<any>} */
async function ask(method, data) {
	const response = await fetch(`${location.pathname}/${method}`, { method: 'POST', body: JSON.stringify(data) });
	if (!response.ok) {
		throw new Error(`${method}: ${await response.text()}`);
	}
	return response.json();
}
