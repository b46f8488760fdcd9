/**
 * Runs the tests of the published `mediasoup` package against ours.
 *
 *   BRODO_WORKER_BIN=target/debug/brodo-worker node run.js [file pattern] [-t 'name pattern']
 *
 * Nothing of mediasoup is kept here: its tests are copied out of `node_modules` into `target/`, next to
 * shims that lead their relative imports to our package. Helpers that are no part of the API (FlatBuffers,
 * `utils`) stay mediasoup's own.
 *
 * `exceptions.json` names the tests that cannot pass, and why: at most five. All others have to.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXCEPTIONS_MAX = 5;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const stage = join(root, 'target', 'upstream-tests');
const ours = join(root, 'packages', 'node');
const require = createRequire(import.meta.url);
const theirs = dirname(require.resolve('mediasoup'));

const exceptions = JSON.parse(readFileSync(join(here, 'exceptions.json'), 'utf8'));

stageTests();
const { results, numTotalTests } = runJest(process.argv.slice(2));
process.exitCode = report(results, numTotalTests);

/** The tests where they expect to be: in `node/lib/test` of the package that they test. */
function stageTests() {
	rmSync(stage, { recursive: true, force: true });
	const lib = join(stage, 'node', 'lib');
	mkdirSync(join(lib, 'test', 'data'), { recursive: true });
	mkdirSync(join(lib, 'fbs'));
	cpSync(join(ours, 'package.json'), join(stage, 'package.json'));
	for (const name of readdirSync(join(theirs, 'test')).filter((name) => name.endsWith('.js'))) {
		cpSync(join(theirs, 'test', name), join(lib, 'test', name));
	}
	for (const name of ['index', 'errors', 'enhancedEvents', 'ortc']) {
		shim(join(lib, `${name}.js`), join(ours, 'lib', `${name}.js`));
	}
	for (const name of ['utils', 'Transport']) {
		shim(join(lib, `${name}.js`), join(theirs, `${name}.js`));
	}
	for (const name of ['notification', 'consumer', 'producer', 'transport', 'web-rtc-transport']) {
		shim(join(lib, 'fbs', `${name}.js`), join(theirs, 'fbs', `${name}.js`));
	}
	makeCertificate(join(lib, 'test', 'data'));
	writeFileSync(
		join(stage, 'jest.config.json'),
		JSON.stringify({ rootDir: stage, testEnvironment: 'node', testRegex: 'test/test-.*\\.js$', transform: {} }),
	);
}

function shim(at, target) {
	writeFileSync(at, `module.exports = require(${JSON.stringify(target)});\n`);
}

/** The published package does not have the files that its tests want. */
function makeCertificate(folder) {
	const files = ['-keyout', join(folder, 'dtls-key.pem'), '-out', join(folder, 'dtls-cert.pem')];
	const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	const rest = ['-x509', '-days', '30', '-subj', '/CN=brodo'];
	execFileSync('openssl', ['req', ...key, ...rest, ...files], { stdio: 'ignore' });
}

function runJest(args) {
	const output = join(stage, 'results.json');
	const jest = join(dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
	const options = ['--config', join(stage, 'jest.config.json'), '--runInBand', '--forceExit'];
	const { signal } = spawnSync(
		process.execPath,
		[jest, ...options, '--json', '--outputFile', output, ...args],
		{ stdio: 'ignore', env: withWorkerBin(process.env) },
	);
	if (signal) {
		throw new Error(`jest was ended by ${signal}`);
	}
	const { testResults, numTotalTests } = JSON.parse(readFileSync(output, 'utf8'));
	const results = testResults.flatMap(({ name, message, assertionResults }) =>
		assertionResults.length > 0
			? assertionResults.map((result) => ({ ...result, file: name }))
			: [{ title: '(the file itself)', status: 'failed', file: name, failureMessages: [message] }],
	);
	return { results, numTotalTests };
}

/** The tests know mediasoup's variable only. */
function withWorkerBin(env) {
	const { workerBin } = require(join(ours, 'lib'));
	if (!existsSync(workerBin)) {
		throw new Error(`there is no worker at ${workerBin}: set BRODO_WORKER_BIN`);
	}
	return { ...env, MEDIASOUP_WORKER_BIN: workerBin };
}

function withoutStack(message) {
	return message.replace(/\n\s+at (?!Object\.<anonymous>).*/g, '').trimEnd();
}

/** @returns the exit code. */
function report(results, total) {
	const isExcepted = ({ title }) => exceptions.some(({ test }) => test === title);
	const passed = results.filter(({ status }) => status === 'passed');
	const failed = results.filter(({ status }) => status === 'failed');
	const excepted = failed.filter(isExcepted);
	const broken = failed.filter((result) => !isExcepted(result));
	const needless = passed.filter(isExcepted);
	for (const { file, title, failureMessages } of broken) {
		console.log(`✗ ${file.replace(/.*test-(.*)\.js/, '$1')}: ${title}`);
		console.log(`    ${failureMessages.map(withoutStack).join('\n').split('\n').join('\n    ')}`);
	}
	for (const { title } of needless) {
		console.log(`! passes, though excepted: ${title}`);
	}
	console.log(
		`upstream tests: ${passed.length} passed, ${broken.length} failed, ${excepted.length} skipped as excepted, ${total} in all`,
	);
	const isGood = broken.length === 0 && needless.length === 0 && exceptions.length <= EXCEPTIONS_MAX;
	return isGood ? 0 : 1;
}
