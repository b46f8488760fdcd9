// @ts-check
/** A page that sends messages over a data channel, or receives them: `window.data`, for tests. */

import { Device } from 'mediasoup-client';
import { digestOf, KINDS, messageOf, smallMessageOf } from './messages.js';

/** Bytes that may wait in the browser when another batch may begin. */
const WAITING_MAX = 250_000;

/** @typedef {import('mediasoup-client').types.Transport} Transport */

const device = new Device();
/** @type {import('mediasoup-client').types.DataProducer | undefined} */
let producer;
/** @type {string[]} */
const received = [];
/** @type {string[]} What the transport and the channels told, for failures. */
const news = [];

const count = () => received.filter((digest) => digest !== '').length;

Object.assign(window, { data: { openSender, send, sendSmall, sendKinds, openReceiver, count, received: () => received, news: () => news } });

/** @param {any} transportOptions @param {any} options */
async function openSender(transportOptions, options) {
	const transport = await create('createSendTransport', transportOptions);
	transport.on('producedata', (what, done, failed) => void ask('produceData', what).then(done, failed));
	producer = await transport.produceData(options);
	// The library's own promise is not told of the channel's opening.
	await until(() => producer?.readyState === 'open', producer, 'open');
	producer.bufferedAmountLowThreshold = WAITING_MAX;
}

/** Sends some messages; done when most of them have left. @param {number} from @param {number} to */
async function send(from, to) {
	for (let index = from; index < to; index += 1) {
		producer?.send(messageOf(index));
	}
	await until(() => (producer?.bufferedAmount ?? 0) <= WAITING_MAX, producer, 'bufferedamountlow');
}

/** Sends small messages, each once the one before has left: so each is a packet. @param {number} from @param {number} to */
async function sendSmall(from, to) {
	if (producer !== undefined) {
		producer.bufferedAmountLowThreshold = 0;
	}
	for (let index = from; index < to; index += 1) {
		producer?.send(smallMessageOf(index));
		await until(() => (producer?.bufferedAmount ?? 0) === 0, producer, 'bufferedamountlow');
	}
}

/** Sends text and binary, empty and not. */
function sendKinds() {
	for (const message of KINDS) {
		producer?.send(message);
	}
}

/** Receives from now on. @param {any} transportOptions @param {any} options */
async function openReceiver(transportOptions, options) {
	const transport = await create('createRecvTransport', transportOptions);
	const consumer = await transport.consumeData(options);
	consumer.on('message', async (/** @type {string | Blob | ArrayBuffer} */ message) => {
		// A blob is read later; its place is kept.
		const place = received.push('') - 1;
		const whole = message instanceof Blob ? await message.arrayBuffer() : message;
		received[place] = digestOf(typeof whole === 'string' ? whole : new Uint8Array(whole));
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
