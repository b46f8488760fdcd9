/**
 * What the documents say: `conformance/api-checklist.md` and `docs/deviations` name tests that are there,
 * `docs/names.md` has every name, `ARCHITECTURE.md` every dependency, and links lead somewhere.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const UPSTREAM = join(dirname(createRequire(import.meta.url).resolve('mediasoup')), 'test');

const CHECKLIST = readFileSync(join(ROOT, 'conformance', 'api-checklist.md'), 'utf8');
const DEVIATIONS = readFileSync(join(ROOT, 'docs', 'deviations', 'README.md'), 'utf8');
const EXCEPTED = JSON.parse(readFileSync(join(ROOT, 'conformance', 'upstream', 'exceptions.json'), 'utf8'));

/** What has names in both languages: the headings of `docs/names.md`. */
const NOUNS = [
	['Worker', 'WebRtcServer', 'Router'],
	['Transport', 'WebRtcTransport', 'PlainTransport', 'PipeTransport', 'DirectTransport'],
	['Producer', 'Consumer', 'DataProducer', 'DataConsumer'],
	['RtpObserver', 'ActiveSpeakerObserver', 'AudioLevelObserver'],
].flat();

/** Of events that several nouns share in Rust. */
const ANYWHERE = '';

/** What is said once for all nouns. */
const EVERYWHERE = ['appData', 'observer', 'listenererror', 'type'];

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

test('every name of the API is among those that are laid side by side', () => {
	const page = readFileSync(join(ROOT, 'docs', 'names.md'), 'utf8');
	const sections = new Map(page.split('\n## ').map((section) => [section.split('\n', 1)[0], section]));
	const isMissing = ([noun, name]) =>
		![...sections].some(([heading, text]) => [heading, ANYWHERE].includes(noun) && text.includes(`\`${name}\``));
	const node = namesInNode().filter(isMissing);
	const rust = namesInRust().filter(isMissing);

	assert.deepEqual({ node, rust }, { node: [], rust: [] });
});

test('links in documents lead to files', () => {
	const places = readdirSync(ROOT).filter((name) => !/^\.|^node_modules$|^target$/.test(name));
	const documents = places.flatMap((name) =>
		statSync(join(ROOT, name)).isDirectory() ? filesBelow(join(ROOT, name), /\.md$/) : [join(ROOT, name)],
	).filter((path) => path.endsWith('.md') && !path.split(sep).includes('node_modules'));
	const dead = documents.flatMap((path) =>
		[...readFileSync(path, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
			.map(([, link]) => link)
			.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(path), link)))
			.map((link) => `${path}: ${link}`),
	);

	assert.ok(documents.length > 15);
	assert.deepEqual(dead, []);
});

test('every dependency has a line in ARCHITECTURE.md', () => {
	const page = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
	const table = page.slice(page.indexOf('## Dependencies'));
	const all = dependencies();
	const missing = all.filter((name) => !table.includes(`\`${name}\``));

	assert.ok(all.length > 60);
	assert.deepEqual(missing, []);
});

/** Third-party crates and packages. */
function dependencies() {
	const manifests = ['Cargo.toml', join('fuzz', 'Cargo.toml')].map((path) => readFileSync(join(ROOT, path), 'utf8'));
	const crates = manifests.flatMap((manifest) =>
		[...manifest.matchAll(/^\[(?:workspace\.)?dependencies\]\n((?:(?!\[).*\n)*)/gm)].flatMap(([, lines]) =>
			[...lines.matchAll(/^([\w-]+) = (?!.*path)/gm)].map(([, name]) => name),
		),
	);
	const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	const packages = workspaces.flatMap((folder) => {
		const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
		return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
	});
	return [...crates, ...packages].filter((name) => !name.startsWith('brodo'));
}

/** Members, options and events of Node's nouns: `[noun, name]`. */
function namesInNode() {
	const folder = join(ROOT, 'packages', 'node', 'src', 'types');
	const types = readdirSync(folder).flatMap((file) => {
		const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true);
		return source.statements.filter((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node));
	});
	return types.flatMap((type) => {
		const noun = type.name.text.replace(/(Observer)?Events$|Options$|Settings$|ConnectParameters$/, '');
		const members = ts.isInterfaceDeclaration(type) ? type.members : membersOf(type.type);
		const isOfNoun = NOUNS.includes(noun) && (ts.isInterfaceDeclaration(type) || noun !== type.name.text);
		return isOfNoun ? [...members].map((member) => [noun, member.name?.getText()]) : [];
	}).filter(([, name]) => name && !EVERYWHERE.includes(name) && !name.startsWith("'@"));
}

/** The members of an object type, or of what it is put together from. */
function membersOf(type) {
	if (ts.isIntersectionTypeNode(type)) {
		return type.types.flatMap((part) => [...membersOf(part)]);
	}
	return ts.isTypeLiteralNode(type) ? type.members : [];
}

/** Methods, options and events of Rust's nouns: `[noun, name]`. */
function namesInRust() {
	const sources = filesBelow(join(ROOT, 'crates', 'server', 'brodo', 'src'), /\.rs$/);
	return sources.flatMap((path) => {
		const source = readFileSync(path, 'utf8');
		const methods = [...source.matchAll(/^impl (\w+) \{([\s\S]*?)^\}/gm)].flatMap(([, noun, body]) =>
			[...body.matchAll(/^ {4}pub (?:async )?fn (\w+)/gm)].map(([, name]) => [noun, `${name}()`]),
		);
		const fields = [...source.matchAll(/^pub struct (\w+)(?:Options|Settings) \{([\s\S]*?)^\}/gm)].flatMap(
			([, noun, body]) => [...body.matchAll(/^ {4}pub (\w+):/gm)].map(([, name]) => [noun, name]),
		);
		const events = [...source.matchAll(/^pub enum (\w+)Event \{([\s\S]*?)^\}/gm)].flatMap(([, noun, body]) => {
			const place = ['Transport', 'RtpObserver'].includes(noun) ? ANYWHERE : noun;
			return [...body.matchAll(/^ {4}(\w+)[(,]/gm)].map(([, name]) => [place, name]);
		});
		return [...methods, ...fields, ...events];
	}).filter(([noun]) => noun === ANYWHERE || NOUNS.includes(noun));
}

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
