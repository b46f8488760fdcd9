/**
 * Makes the packages as they are published: brodo, brodo-ortc, and one with the worker's program for this
 * platform.
 *
 *   node packages/pack.js --worker FILE --out FOLDER
 *
 * Each is staged first, outside the clone, with a `package.json` of its own. What is published differs from what
 * the workspace needs: brodo names the packages with the worker's program as optional dependencies, which
 * `npm ci` would look for in vain as long as they are on no registry.
 *
 * Run by `cargo xtask package`, which builds the worker and `lib` before.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What a release is made for. Each is packed on a machine of its kind, which adds itself. */
const PLATFORMS = ['linux-x64'];

const LICENSES = ['LICENSE-APACHE', 'LICENSE-MIT'];

const packages = dirname(fileURLToPath(import.meta.url));
const root = dirname(packages);
const here = `${process.platform}-${process.arch}`;

const { worker, out } = parseArgs({ options: { worker: { type: 'string' }, out: { type: 'string' } } }).values;
if (!worker || !out) {
	console.error('usage: node packages/pack.js --worker FILE --out FOLDER');
	process.exit(2);
}
const target = resolve(out);
const stage = join(target, 'stage');
rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const stale of readdirSync(target).filter((name) => name.endsWith('.tgz'))) {
	rmSync(join(target, stale));
}

const { version } = manifestOf('node');
pack(stageLibrary('ortc'));
pack(stageLibrary('node', { optionalDependencies: workers() }));
pack(stageWorker());

function manifestOf(folder) {
	return JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
}

function workers() {
	const platforms = [...new Set([...PLATFORMS, here])];
	return Object.fromEntries(platforms.map((platform) => [`brodo-worker-${platform}`, version]));
}

/** What `npm run build` has left in `lib`, without what only the workspace needs. */
function stageLibrary(folder, more = {}) {
	const { private: _, scripts: __, devDependencies: ___, ...manifest } = manifestOf(folder);
	const place = stagePlace({ ...manifest, ...more });
	cpSync(join(packages, folder, 'lib'), join(place, 'lib'), { recursive: true });
	cpSync(join(packages, folder, 'README.md'), join(place, 'README.md'));
	return place;
}

/** The worker's program and nothing to run at installation. */
function stageWorker() {
	const { license, repository, engines } = manifestOf('node');
	const program = 'brodo-worker';
	const needs = needsOf(worker);
	const place = stagePlace({
		name: `brodo-worker-${here}`,
		version,
		description: `The worker of brodo, for ${here}`,
		license,
		repository: { ...repository, directory: 'crates/server/worker' },
		os: [process.platform],
		cpu: [process.arch],
		...(needs.libc && { libc: [needs.libc] }),
		files: [program],
		engines,
		preferUnplugged: true,
	});
	cpSync(worker, join(place, program));
	// Line tables go; the names of functions stay, for backtraces.
	execFileSync('strip', ['-S', join(place, program)]);
	chmodSync(join(place, program), 0o755);
	writeFileSync(join(place, 'README.md'), workerReadme(needs.text));
	return place;
}

/** What the program finds on the machine or does not start: the loader's own words, on Linux. */
function needsOf(program) {
	if (process.platform !== 'linux') {
		return { text: '' };
	}
	const table = execFileSync('readelf', ['--wide', '--dynamic', '--version-info', program], { encoding: 'utf8' });
	const libraries = [...table.matchAll(/Shared library: \[(.+?)\]/g)].map(([, name]) => name);
	const others = libraries.filter((name) => !/^(ld-|libc\.|libm\.)/.test(name));
	const versions = [...table.matchAll(/\bGLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [+major, +minor]);
	const newest = versions.sort(([a, b], [c, d]) => a - c || b - d).at(-1);
	return {
		libc: newest ? 'glibc' : 'musl',
		text: `\nIt needs ${newest ? `glibc ${newest.join('.')} or later` : 'musl'}, and of the system: ${others.join(', ')}.\n`,
	};
}

function workerReadme(needs) {
	return `# brodo-worker-${here}

The program that brodo ${version}, an SFU for Node.js, runs as its worker on ${here}. It is an optional dependency of
brodo; there is nothing here to import.
${needs}`;
}

function stagePlace(manifest) {
	const place = join(stage, manifest.name);
	mkdirSync(place);
	const files = [...manifest.files, ...LICENSES];
	writeFileSync(join(place, 'package.json'), `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
	for (const license of LICENSES) {
		cpSync(join(root, license), join(place, license));
	}
	return place;
}

function pack(place) {
	const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', target];
	const [{ filename, size, unpackedSize }] = JSON.parse(execFileSync('npm', command, { cwd: place, encoding: 'utf8' }));
	const kilo = (bytes) => `${Math.ceil(bytes / 1000)} kB`;
	console.log(`${join(target, filename)}: ${kilo(size)}, unpacked ${kilo(unpackedSize)}`);
}
