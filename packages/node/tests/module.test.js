'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const NAMES = [
	'createWorker',
	'errors',
	'extras',
	'getSupportedRtpCapabilities',
	'observer',
	'ortc',
	'parseScalabilityMode',
	'setLogEventListeners',
	'version',
	'workerBin',
];

test('the module exports what mediasoup exports', () => {
	const brodo = require('brodo');

	assert.deepEqual(Object.keys(brodo).sort(), NAMES);
	assert.equal(brodo.version, require('../package.json').version);
	assert.equal(brodo.types, undefined);
});

test('ECMAScript modules import it by name', async () => {
	const brodo = await import('brodo');

	for (const name of NAMES) {
		assert.ok(name in brodo, name);
	}
	assert.equal(brodo.default, require('brodo'));
});

test('parts of it can be imported alone, and nothing else', () => {
	assert.equal(require('brodo/errors').NotFoundError, require('brodo').errors.NotFoundError);
	assert.deepEqual(Object.keys(require('brodo/extras')), ['EnhancedEventEmitter', 'enhancedOnce']);
	assert.equal(typeof require('brodo/ortc').canConsume, 'function');
	assert.deepEqual(Object.keys(require('brodo/types')), []);
	assert.throws(() => require('brodo/lib/Worker'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
});

test('an unsupported codec is the same error everywhere', () => {
	const { errors, ortc } = require('brodo');
	const codec = { kind: 'audio', mimeType: 'audio/nothing', clockRate: 8000 };

	assert.throws(() => ortc.generateRouterRtpCapabilities([codec]), errors.UnsupportedError);
});

test('H.265 is supported', () => {
	const { codecs } = require('brodo').getSupportedRtpCapabilities();

	assert.ok(codecs.some(({ mimeType }) => mimeType === 'video/H265'));
});

test('logs go to the application, until it wants them no longer', async () => {
	const { createWorker, setLogEventListeners } = require('brodo');
	const logs = [];
	setLogEventListeners({
		onerror: (namespace, log, error) => {
			logs.push([namespace, error instanceof Error]);
			throw new Error('ignored');
		},
	});

	await assert.rejects(createWorker({ workerBin: '/nowhere/worker' }));
	setLogEventListeners();
	await assert.rejects(createWorker({ workerBin: '/nowhere/worker' }));

	assert.deepEqual(logs, [['mediasoup:ERROR:Worker', true]]);
});

test('the program of the worker is where the environment says', () => {
	const { findWorkerBin } = require('../lib/workerBin');

	assert.equal(findWorkerBin({ MEDIASOUP_WORKER_BIN: '/a' }), '/a');
	assert.equal(findWorkerBin({ MEDIASOUP_WORKER_BIN: '/a', BRODO_WORKER_BIN: '/b' }), '/b');
	assert.match(findWorkerBin({ CARGO_TARGET_DIR: '/none', HOME: '/none' }), /brodo-worker$/);
});
