#!/usr/bin/env node
/**
 * A process that keeps the worker's rules of life: it says that it runs, answers `done` to everything,
 * ends with 0 when it is told to or its pipe closes, with 42 if a log level is wrong.
 */

'use strict';

const { writeSync } = require('node:fs');
const { Socket } = require('node:net');

const { pack, unpack } = require('msgpackr');

if (process.argv.includes('--logLevel=chicken')) {
	console.error('--logLevel: no such level');
	process.exit(42);
}
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.on(signal, () => process.exit(0));
}

let rest = Buffer.alloc(0);
new Socket({ fd: 3, readable: true })
	.on('data', (chunk) => {
		rest = Buffer.concat([rest, chunk]);
		while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE()) {
			const end = 4 + rest.readUInt32LE();
			handle(unpack(rest.subarray(4, end)));
			rest = rest.subarray(end);
		}
	})
	.on('end', () => process.exit(0));
send('running');

function handle(message) {
	if (message === 'close') {
		process.exit(0);
	}
	if (message.request) {
		send({ accepted: [message.request[0], 'done'] });
	}
}

function send(message) {
	const body = pack(message);
	const header = Buffer.alloc(4);
	header.writeUInt32LE(body.length);
	writeSync(4, Buffer.concat([header, body]));
}
