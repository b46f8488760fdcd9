/**
 * The other end of a channel, in memory: keeps what it is asked, answers as a worker would, and tells
 * what a test wants told.
 */

'use strict';

const { Duplex } = require('node:stream');

const { pack, unpack } = require('msgpackr');

const { Channel } = require('../../lib/Channel');

const tuple = { localAddress: '127.0.0.1', localPort: 40000, remoteIp: null, remotePort: 0, protocol: 'udp' };
const score = { score: 10, producerScore: 0, producerScores: [0] };

/** Answers by the name of the call. A function gets the arguments of the call. */
const ANSWERS = {
	createWebRtcTransport: {
		webRtcTransportCreated: {
			iceParameters: { usernameFragment: 'u'.repeat(32), password: 'p'.repeat(32), iceLite: true },
			iceCandidates: [],
			dtlsParameters: { role: 'auto', fingerprints: [] },
			sctpParameters: null,
			sctpState: null,
		},
	},
	createPipeTransport: {
		pipeTransportCreated: { tuple, srtpParameters: null, sctpParameters: null, sctpState: null },
	},
	connectPipe: { pipeConnected: { tuple } },
	produce: { produced: { producerType: 'simple' } },
	consume: ({ pipe }) => ({
		consumed: {
			paused: false,
			producerPaused: false,
			score,
			consumerType: pipe ? 'pipe' : 'simple',
			preferredLayers: null,
		},
	}),
	produceData: ({ sctpStreamParameters }) => ({
		dataProduced: { type: sctpStreamParameters ? 'sctp' : 'direct', sctpStreamParameters, paused: false },
	}),
	consumeData: ({ sctpStreamParameters, subchannels }) => ({
		dataConsumed: {
			type: sctpStreamParameters ? 'sctp' : 'direct',
			sctpStreamParameters,
			paused: false,
			dataProducerPaused: false,
			subchannels,
		},
	}),
};

/** A connection to a worker that is this object. */
class Peer {
	/** Everything received, in order. */
	messages = [];
	/** Answers that differ from the usual ones, by the name of the call. */
	answers = {};
	/** Instead of answering: keep the frame, until `release()`. */
	isHolding = false;

	#held = [];
	#rest = Buffer.alloc(0);
	#fromWorker = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });

	constructor() {
		const toWorker = new Duplex({
			read() {},
			write: (chunk, _encoding, done) => {
				this.#handleChunk(chunk);
				done();
			},
		});
		this.channel = new Channel(toWorker, this.#fromWorker, 1);
	}

	/** The calls of that name: their arguments. */
	calls(name) {
		return this.messages.flatMap((message) => {
			const call = callOf(message);
			return call.name === name ? [call.args] : [];
		});
	}

	/** Tells something, and waits until it was dispatched. */
	async notify(noun, id, event) {
		this.send({ notification: { [noun]: [id, event] } });
		await dispatched();
	}

	send(message) {
		this.sendBytes(frame(message));
	}

	sendBytes(bytes) {
		this.#fromWorker.push(bytes);
	}

	/** Answers what was held. */
	release() {
		this.isHolding = false;
		for (const answer of this.#held.splice(0)) {
			this.send(answer);
		}
	}

	#handleChunk(chunk) {
		this.#rest = Buffer.concat([this.#rest, chunk]);
		while (this.#rest.length >= 4 && this.#rest.length >= 4 + this.#rest.readUInt32LE()) {
			const end = 4 + this.#rest.readUInt32LE();
			this.#handleMessage(unpack(this.#rest.subarray(4, end)));
			this.#rest = this.#rest.subarray(end);
		}
	}

	#handleMessage(message) {
		this.messages.push(message);
		const { id, name, args } = callOf(message);
		if (id === undefined) {
			return;
		}
		const given = this.answers[name] ?? ANSWERS[name] ?? 'done';
		const answer = typeof given === 'function' ? given(args) : given;
		const reply = answer.refused ? { refused: [id, answer.refused] } : { accepted: [id, answer] };
		if (this.isHolding) {
			this.#held.push(reply);
		} else {
			this.send(reply);
		}
	}
}

/** `{ request: [1, { transport: ['t', { produce: {…} }] }] }` → 1, `produce`, `{…}`. */
function callOf(message) {
	if (!message.request) {
		return {};
	}
	const [id, request] = message.request;
	if (typeof request === 'string') {
		return { id, name: request };
	}
	const [noun, args] = Object.entries(request)[0];
	if (!Array.isArray(args)) {
		return { id, name: noun, args };
	}
	const [target, call] = args;
	if (typeof call === 'string') {
		return { id, name: call, args: target };
	}
	const [name, inner] = Object.entries(call)[0];
	return { id, name, args: inner };
}

function frame(message) {
	const body = pack(message);
	const header = Buffer.alloc(4);
	header.writeUInt32LE(body.length);
	return Buffer.concat([header, body]);
}

/** Until everything that was told so far has reached the application. */
async function dispatched() {
	for (let turn = 0; turn < 3; turn += 1) {
		await new Promise((resolve) => setImmediate(resolve));
	}
}

module.exports = { Peer, dispatched, frame };
