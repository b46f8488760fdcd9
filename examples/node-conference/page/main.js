// @ts-check
/** The page: joins the room that its path names, sends camera and microphone, shows everybody. */

import { Device } from 'mediasoup-client';
import { Signalling } from './signalling.js';
import { highlight, mute, onWritten, play, remove, showVolumes, stop, tileOf, write } from './tiles.js';

/** @typedef {import('mediasoup-client').types.Transport} Transport */

const name = new URLSearchParams(location.search).get('name') ?? `Guest ${Math.floor(Math.random() * 1000)}`;
const device = new Device();
/** @type {Transport} */
let receive;

const signalling = new Signalling({
	welcome: (data) => enter(data),
	consume,
	consumeData,
	closed: ({ peerId, id }) => closeConsumer(peerId, id),
	left: ({ peerId }) => remove(peerId),
	speaker: ({ peerId }) => highlight(peerId),
	volumes: showVolumes,
});

/** @type {Map<string, import('mediasoup-client').types.Consumer>} */
const consumers = new Map();

/** @param {any} welcome */
async function enter({ peerId, rtpCapabilities, send: sendOptions, receive: receiveOptions }) {
	await device.load({ routerRtpCapabilities: rtpCapabilities });
	receive = connected(device.createRecvTransport(receiveOptions));
	const send = connected(device.createSendTransport(sendOptions));
	send.on('produce', (what, done, failed) => void signalling.ask('produce', what).then(done, failed));
	send.on('producedata', (what, done, failed) => void signalling.ask('produceData', what).then(done, failed));
	await signalling.ask('join', { name, rtpCapabilities: device.recvRtpCapabilities });

	const tile = tileOf(peerId, `${name} (you)`);
	mute(tile);
	const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
	for (const track of media.getTracks()) {
		play(tile, track);
		await send.produce({ track });
	}
	const chat = await send.produceData({ label: 'chat' });
	onWritten((text) => {
		chat.send(text);
		write(name, text);
	});
}

/** @param {Transport} transport */
function connected(transport) {
	transport.on('connect', ({ dtlsParameters }, done, failed) => {
		signalling.ask('connect', { transportId: transport.id, dtlsParameters }).then(done, failed);
	});
	return transport;
}

/** @param {any} offer */
async function consume({ peerId, name, options }) {
	const consumer = await receive.consume({ ...options, streamId: peerId });
	consumers.set(consumer.id, consumer);
	play(tileOf(peerId, name), consumer.track);
	await signalling.ask('resume', { consumerId: consumer.id });
}

/** @param {any} offer */
async function consumeData({ name, options }) {
	const consumer = await receive.consumeData(options);
	consumer.on('message', (text) => write(name, String(text)));
}

/** @param {string} peerId @param {string} id */
function closeConsumer(peerId, id) {
	const consumer = consumers.get(id);
	const tile = document.getElementById(peerId);
	if (consumer !== undefined && tile !== null) {
		stop(tile, consumer.track);
	}
	consumer?.close();
	consumers.delete(id);
}
