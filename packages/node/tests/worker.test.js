/** Start and end of the process: with one that only keeps the rules, and with the real one if it is built. */

'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { describe, test } = require('node:test');

const { createWorker, errors, extras, observer, workerBin } = require('../lib');

const FAKE = join(__dirname, 'support', 'fakeWorker.js');
const APPLICATION = join(__dirname, 'support', 'application.js');

const skip = existsSync(workerBin) ? false : `no worker at ${workerBin}`;
const programs = [['fake worker', FAKE], ...(skip ? [] : [['worker', workerBin]])];

for (const [name, bin] of programs) {
	describe(name, () => {
		test('it is told before createWorker() resolves', async () => {
			const told = [];
			observer.once('newworker', (worker) => told.push(worker));

			const worker = await createWorker({ workerBin: bin, appData: { a: 1 } });

			assert.deepEqual(told, [worker]);
			assert.deepEqual(worker.appData, { a: 1 });
			assert.equal(worker.constructor.name, 'WorkerImpl');
			worker.close();
		});

		test('it ends when it is closed, and has not died', async () => {
			const worker = await createWorker({ workerBin: bin });
			const router = await worker.createRouter();
			const told = record(worker, router);

			worker.close();

			assert.deepEqual(told, ['router workerclose', 'router observer close', 'observer close']);
			assert.equal(worker.closed, true);
			assert.equal(router.closed, true);
			await extras.enhancedOnce(worker, 'subprocessclose');
			assert.equal(worker.died, false);
			assert.equal(worker.subprocessClosed, true);
			await assert.rejects(worker.createRouter(), errors.WorkerClosedError);
		});

		for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT']) {
			test(`${signal} is told as a death, in order`, async () => {
				const worker = await createWorker({ workerBin: bin });
				const router = await worker.createRouter();
				const told = record(worker, router);
				const died = extras.enhancedOnce(worker, 'died');

				process.kill(worker.pid, signal);
				const [error] = await died;

				assert.deepEqual(told, [
					'router workerclose',
					'router observer close',
					'died, closed: true',
					'subprocessclose',
					'observer close',
				]);
				const end = signal === 'SIGKILL' ? 'code:null, signal:SIGKILL' : 'code:0, signal:null';
				assert.equal(error.message, `[pid:${worker.pid}, ${end}]`);
				await assert.rejects(worker.dump(), errors.WorkerClosedError);
			});
		}

		test('what is pending when it dies is refused', async () => {
			const worker = await createWorker({ workerBin: bin });
			process.kill(worker.pid, 'SIGSTOP');
			const pending = worker.createRouter();
			process.kill(worker.pid, 'SIGKILL');

			await assert.rejects(pending, errors.WorkerClosedError);
		});

		test('it does not outlive an application that is killed', async () => {
			const { application, pid } = await startApplication(bin);

			application.kill('SIGKILL');

			await untilGone(pid);
		});

		test('Ctrl-C in a terminal ends the application, not the worker before it', async () => {
			const { application, pid, lines } = await startApplication(bin);

			// What a terminal does: the whole process group gets it.
			process.kill(-application.pid, 'SIGINT');
			const [, signal] = await once(application, 'close');

			assert.equal(signal, 'SIGINT');
			assert.deepEqual(lines, [String(pid)]);
			await untilGone(pid);
		});

		test('wrong settings are a TypeError that says which', async () => {
			const starting = createWorker({ workerBin: bin, logLevel: 'chicken' });

			await assert.rejects(starting, (error) => error instanceof TypeError && /logLevel/.test(error.message));
		});

		test('log levels are read in any case, and tags that nobody knows ignored', async () => {
			const worker = await createWorker({ workerBin: bin, logLevel: 'ERROR', logTags: ['ice', 'chicken'] });

			assert.equal(worker.closed, false);
			worker.close();
		});
	});
}

test('certificate files without a certificate in them are an Error', { skip }, async () => {
	const files = { dtlsCertificateFile: __filename, dtlsPrivateKeyFile: __filename };

	await assert.rejects(createWorker(files), Error);
});

test('a program that ends at once is an Error with its pid and code', async () => {
	await assert.rejects(createWorker({ workerBin: '/bin/false' }), /^Error: \[pid:\d+, code:1, signal:null\]$/);
});

test('a program that is not there is an Error that names the ways to get one', async () => {
	const error = await createWorker({ workerBin: '/nowhere/worker' }).catch((error) => error);

	assert.match(error.message, /no worker program at \/nowhere\/worker/);
	assert.match(error.message, new RegExp(`brodo-worker-${process.platform}-${process.arch}`));
	assert.match(error.message, /BRODO_WORKER_BIN/);
	assert.match(error.message, /cargo build --release -p brodo-worker/);
	assert.equal(error.cause.code, 'ENOENT');
});

test('a program that is none is an Error as the system says', async () => {
	await assert.rejects(createWorker({ workerBin: __filename }), /EACCES/);
});

test('wrong application data is a TypeError', async () => {
	await assert.rejects(createWorker({ appData: 'text' }), TypeError);
});

/** What a worker and its router tell, in order. */
function record(worker, router) {
	const told = [];
	router.on('workerclose', () => told.push('router workerclose'));
	router.observer.on('close', () => told.push('router observer close'));
	worker.on('died', () => told.push(`died, closed: ${worker.closed}`));
	worker.on('subprocessclose', () => told.push('subprocessclose'));
	worker.observer.on('close', () => told.push('observer close'));
	return told;
}

/** An application in a process group of its own, as a shell starts it. */
async function startApplication(bin) {
	const application = spawn(process.execPath, [APPLICATION, bin], {
		detached: true,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const lines = [];
	const reader = createInterface({ input: application.stdout });
	reader.on('line', (line) => lines.push(line));
	await once(reader, 'line');
	return { application, pid: Number(lines[0]), lines };
}

/** The test's own time limit is the limit. */
async function untilGone(pid) {
	for (;;) {
		try {
			process.kill(pid, 0);
		} catch {
			return;
		}
		await new Promise((resolve) => setImmediate(resolve));
	}
}
