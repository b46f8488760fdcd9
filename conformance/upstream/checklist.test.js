/**
 * What the documents say is proven names tests that are there: `conformance/api-checklist.md` for every
 * behaviour, `docs/deviations` for every deviation.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const UPSTREAM = join(dirname(createRequire(import.meta.url).resolve('mediasoup')), 'test');

const CHECKLIST = readFileSync(join(ROOT, 'conformance', 'api-checklist.md'), 'utf8');
const DEVIATIONS = readFileSync(join(ROOT, 'docs', 'deviations', 'README.md'), 'utf8');
const EXCEPTED = JSON.parse(readFileSync(join(ROOT, 'conformance', 'upstream', 'exceptions.json'), 'utf8'));

/** How many behaviours there are: none gets lost. */
const ROWS = 369;

test('every behaviour of the API names its tests, and they are there', () => {
	const wrong = [];
	let upstreamFiles = [];
	const ids = [];
	for (const line of CHECKLIST.split('\n')) {
		if (line.startsWith('## ')) {
			upstreamFiles = line.match(/test-[\w-]+/g) ?? [];
		}
		const [, id, coverage] = line.match(/^\| ([A-Z]{3}-\d+) \| .+ \| (.*?) ?\|$/) ?? [];
		if (id) {
			ids.push(id);
			wrong.push(...whatIsWrong(coverage, upstreamFiles).map((problem) => `${id}: ${problem}`));
		}
	}

	assert.deepEqual(wrong, []);
	assert.equal(new Set(ids).size, ids.length);
	assert.equal(ids.length, ROWS);
});

test('every deviation that names a test names one that is there', () => {
	const rows = DEVIATIONS.split('\n').filter((line) => /^\| (?!what |---)/.test(line));
	const proof = /`([^`]+)`: ((?:(?:the tests of )?`[^`]+`(?:, )?)+)/g;
	const proofs = rows.flatMap((row) => [...row.split(' | ').at(-1).matchAll(proof)]);
	const missing = proofs.flatMap(([, place, names]) =>
		[...names.matchAll(/`([^`]+)`/g)]
			.filter(([, name]) => !(name.endsWith('.rs') ? hasFile(place, name) : isThere(place, name)))
			.map(([, name]) => `${place}: ${name}`),
	);

	assert.ok(proofs.length > 40);
	assert.deepEqual(missing, []);
});

/** The problems of one cell; none if it is as it should be. */
function whatIsWrong(coverage, upstreamFiles) {
	if (coverage === '') {
		return ['names no test'];
	}
	return coverage.split('; ').flatMap((entry) => {
		const [, place, name] = entry.match(/^([\w/-]+): (.+)$/) ?? [];
		switch (place) {
			case 'later':
				return [];
			case 'upstream':
				return whatIsWrongUpstream(name, upstreamFiles);
			default:
				return place && isThere(place, name) ? [] : [`there is no ${entry}`];
		}
	});
}

function whatIsWrongUpstream(title, files) {
	if (EXCEPTED.some(({ test: excepted }) => excepted === title)) {
		return [`is excepted: ${title}`];
	}
	const paths = files.map((file) => join(UPSTREAM, `${file}.js`));
	return paths.some((path) => titlesIn(path).has(title)) ? [] : [`there is no upstream: ${title}`];
}

/** Whether a package or a crate has a test of that name. */
function isThere(place, name) {
	if (place.startsWith('packages/')) {
		const files = filesBelow(join(ROOT, place, 'tests'), /\.test\.[jt]s$/);
		return files.some((path) => titlesIn(path).has(name));
	}
	if (place === 'conformance/upstream') {
		return filesBelow(UPSTREAM, /\.js$/).some((path) => titlesIn(path).has(name));
	}
	const isTest = new RegExp(`\\bfn ${name}\\(`);
	return filesBelow(folderOfCrate(place), /\.rs$/).some((path) => isTest.test(readFileSync(path, 'utf8')));
}

function hasFile(crate, path) {
	return filesBelow(folderOfCrate(crate), /\.rs$/).some((file) => file.endsWith(sep + join(...path.split('/'))));
}

/** `sfu` → `crates/sfu`, `dtls` → `crates/link/dtls`, `brodo-examples` → `examples`. */
function folderOfCrate(name) {
	const places = ['', 'wire', 'link', 'runtime', 'server'].map((layer) => join(ROOT, 'crates', layer, name));
	const found = [...places, join(ROOT, name.replace(/^brodo-/, ''))].find(existsSync);
	assert.ok(found, `there is no crate ${name}`);
	return found;
}

function filesBelow(folder, pattern) {
	return readdirSync(folder, { recursive: true })
		.filter((name) => pattern.test(name) && !name.split(sep).includes('target'))
		.map((name) => join(folder, name));
}

const titles = new Map();

/** The titles of the tests in a file. */
function titlesIn(path) {
	if (!titles.has(path)) {
		const calls = readFileSync(path, 'utf8').matchAll(/\b(?:test|it)\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g);
		titles.set(path, new Set([...calls].map(([, , title]) => title.replace(/\\(.)/g, '$1'))));
	}
	return titles.get(path);
}
