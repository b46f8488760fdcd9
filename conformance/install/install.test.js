/**
 * The packages as they are published, in applications far from the clone.
 *
 *   cargo xtask package && BRODO_PACKAGES=<target>/npm node --test conformance/install
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PLATFORM = `${process.platform}-${process.arch}`;
const WORKER_PACKAGE = `brodo-worker-${PLATFORM}`;

/** How applications are compiled: the names of the sources say what they become. */
const COMPILERS = {
	brodo: [
		['node16', ['typed.mts', 'typed.cts'], { module: 'node16', moduleResolution: 'node16' }],
		['node10', ['typed.ts'], { module: 'commonjs', moduleResolution: 'node10' }],
		['bundler', ['typed.ts'], { module: 'esnext', moduleResolution: 'bundler' }],
	],
	mediasoup: [['nodenext', ['typed.mts', 'typed.cts'], { module: 'nodenext', moduleResolution: 'nodenext' }]],
};

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { version } = JSON.parse(readFileSync(join(root, 'packages', 'node', 'package.json'), 'utf8'));
const tarballs = tarballsIn(process.env['BRODO_PACKAGES'] ?? '');
const run = promisify(execFile);

for (const [name, compilers] of Object.entries(COMPILERS)) {
	describe(`under the name ${name}`, () => {
		let application;

		before(async () => {
			application = scratch({
				[name]: tarballs.get('brodo'),
				'brodo-ortc': tarballs.get('brodo-ortc'),
				[WORKER_PACKAGE]: tarballs.get(WORKER_PACKAGE),
			});
			for (const file of readdirSync(join(here, 'applications'))) {
				const text = readFileSync(join(here, 'applications', file), 'utf8');
				application.write(file, text.replaceAll(/'brodo(?=['/])/g, `'${name}`));
			}
			await application.npm('install');
		});
		after(() => application.remove());

		test('npm finds every dependency as it should be', () => application.npm('ls', '--all'));

		test('CommonJS', async () => checkWorker(await application.node('commonjs.cjs')));

		test('ECMAScript modules', async () => checkWorker(await application.node('module.mjs')));

		for (const [how, files, options] of compilers) {
			test(`TypeScript: ${how}`, async () => {
				await application.compile(files, options);
				// What is made for a bundler is not for Node to load as it is.
				for (const file of how === 'bundler' ? [] : files) {
					checkWorker(await application.node(join('out', file.replace('ts', 'js'))));
				}
			});
		}

		function checkWorker(output) {
			const said = JSON.parse(output);
			const program = join(application.folder, 'node_modules', WORKER_PACKAGE, 'brodo-worker');

			assert.equal(said.version, version);
			assert.equal(said.workerBin, program);
			assert.equal(said.program ?? program, program);
		}
	});
}

describe('from the tarballs', () => {
	let application;

	before(async () => {
		application = scratch({
			brodo: tarballs.get('brodo'),
			'brodo-ortc': tarballs.get('brodo-ortc'),
			[WORKER_PACKAGE]: tarballs.get(WORKER_PACKAGE),
		});
		await application.npm('install');
	});
	after(() => application.remove());

	test('the example of the README runs', async () => {
		const readme = application.read('node_modules/brodo/README.md');
		const [, example] = /^```js\n(.*?)^```$/ms.exec(readme);
		application.write('example.mjs', example);

		const output = await application.node('example.mjs');

		assert.ok(example.split('\n').length <= 26, 'the example is short');
		assert.equal(output, 'arrived: <Buffer 01 02 03 04>\n');
	});

	test('each has its licenses, a README, and nothing private', () => {
		for (const name of tarballs.keys()) {
			const files = readdirSync(join(application.folder, 'node_modules', name));
			const manifest = JSON.parse(application.read(`node_modules/${name}/package.json`));

			for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) {
				assert.ok(files.includes(file), `${name} has ${file}`);
			}
			assert.equal(manifest.version, version);
			assert.equal(manifest.private, undefined);
			assert.equal(manifest.scripts, undefined);
			assert.equal(manifest.license, 'MIT OR Apache-2.0');
		}
	});

	test('the worker is an option of its own version, for its own platform', () => {
		const brodo = JSON.parse(application.read('node_modules/brodo/package.json'));
		const worker = JSON.parse(application.read(`node_modules/${WORKER_PACKAGE}/package.json`));

		assert.equal(brodo.optionalDependencies[WORKER_PACKAGE], version);
		assert.deepEqual(worker.os, [process.platform]);
		assert.deepEqual(worker.cpu, [process.arch]);
	});

	test('each entry point leads to files that are there', () => {
		for (const name of ['brodo', 'brodo-ortc']) {
			const manifest = JSON.parse(application.read(`node_modules/${name}/package.json`));
			const files = leaves([manifest.main, manifest.types, manifest.exports, manifest.typesVersions ?? {}]);

			for (const file of files) {
				assert.ok(statSync(join(application.folder, 'node_modules', name, file)).isFile(), file);
			}
		}
	});
});

describe('without the package for the platform', () => {
	let application;

	before(async () => {
		application = scratch({ brodo: tarballs.get('brodo'), 'brodo-ortc': tarballs.get('brodo-ortc') });
		await application.npm('install', '--omit=optional');
	});
	after(() => application.remove());

	test('an application without a worker is told how to get one', async () => {
		application.write('alone.cjs', "require('brodo').createWorker().catch(({ message }) => console.log(message));\n");

		const message = await application.node('alone.cjs');

		assert.match(message, new RegExp(`install the optional package ${WORKER_PACKAGE}`));
		assert.match(message, /BRODO_WORKER_BIN/);
		assert.match(message, /MEDIASOUP_WORKER_BIN/);
		assert.match(message, /workerBin/);
		assert.match(message, /cargo build --release -p brodo-worker/);
	});
});

function tarballsIn(folder) {
	const names = new Map();
	for (const file of readdirSync(folder).filter((name) => name.endsWith(`-${version}.tgz`))) {
		const path = join(folder, file);
		console.log(`${file}: ${Math.ceil(statSync(path).size / 1000)} kB`);
		names.set(file.slice(0, -`-${version}.tgz`.length), path);
	}
	assert.deepEqual([...names.keys()].sort(), ['brodo', 'brodo-ortc', WORKER_PACKAGE].sort());
	return names;
}

/** An application of its own, which knows nothing of the clone nor of where Cargo builds. */
function scratch(dependencies) {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'brodo-install-')));
	const { BRODO_WORKER_BIN: _, MEDIASOUP_WORKER_BIN: __, CARGO_TARGET_DIR: ___, NODE_PATH: ____, ...env } = process.env;
	const options = { cwd: folder, env };
	const files = Object.entries(dependencies).map(([name, path]) => [name, `file:${path}`]);
	const write = (name, text) => writeFileSync(join(folder, name), text);
	write('package.json', JSON.stringify({ private: true, dependencies: Object.fromEntries(files) }));
	return {
		folder,
		write,
		read: (name) => readFileSync(join(folder, name), 'utf8'),
		node: async (file) => (await run(process.execPath, [file], options)).stdout,
		npm: (...command) => run('npm', [...command, '--prefer-offline', '--no-audit', '--no-fund'], options),
		remove: () => rmSync(folder, { recursive: true }),
		async compile(names, compilerOptions) {
			for (const name of names.filter((name) => name !== 'typed.ts')) {
				cpSync(join(folder, 'typed.ts'), join(folder, name));
			}
			const types = { types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] };
			const common = { strict: true, skipLibCheck: false, target: 'es2022', lib: ['es2022'], outDir: 'out' };
			const settings = { compilerOptions: { ...common, ...types, ...compilerOptions }, files: names };
			write('tsconfig.json', JSON.stringify(settings));
			await run(process.execPath, [tsc, '--project', folder], options).catch(({ stdout }) => assert.fail(stdout));
		},
	};
}

function leaves(tree) {
	return typeof tree === 'string' ? [tree] : Object.values(tree).flatMap(leaves);
}
