/**
 * Our answers beside those of mediasoup, where that is installed: an application that changes from one to the
 * other must not see a difference, except for those listed here.
 *
 * - H265, and the dependency descriptor for consumers, are ours only: they are not asked for.
 * - What is falsy and may be missing is removed by our validation; mediasoup keeps it.
 * - A list is no object to us, and a number may be a profile-level-id.
 * - H.264's level 1b is lower than level 3.1 to us.
 * - RTX of RTX is malformed to us, unsupported to mediasoup.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import * as ours from '../src/index.js';
import type { RtpCapabilities, RtpEncodingParameters, RtpParameters } from '../src/index.js';
import { Arbitrary } from './arbitrary.js';

type Ortc = Omit<
	typeof ours,
	'cryptoRandom' | 'getSupportedRtpCapabilities' | 'parseScalabilityMode' | 'UnsupportedError'
>;
type Reference = Pick<typeof ours, 'getSupportedRtpCapabilities' | 'parseScalabilityMode'> & { ortc: Ortc };

const DEPENDENCY_DESCRIPTOR =
	'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/** What our validation removes if it is falsy. */
const OPTIONAL = new Set([
	'mid',
	'msid',
	'ssrc',
	'rid',
	'rtx',
	'scalabilityMode',
	'cname',
	'preferredPayloadType',
	'maxPacketLifeTime',
	'maxRetransmits',
]);

const SEEDS = Array.from({ length: 500 }, (_, at) => at);
const reference = await installed();

describe.skipIf(!reference)('beside mediasoup', () => {
	const { ortc: theirs, ...module } = reference ?? ({} as Reference);

	// Some of what mediasoup answers depends on whether a router was ever made; in applications one was.
	beforeAll(() => void theirs.generateRouterRtpCapabilities([]));

	it('validation is the same', () => {
		const outcomes = SEEDS.flatMap((seed) => {
			const given = new Arbitrary(seed);
			const caps = spoilt(given, capabilities(given));
			const params = spoilt(given, producer(given)?.params);
			const stream = spoilt(given, { streamId: 1, ordered: given.flip(), maxRetransmits: given.below(2) });
			return [
				same(seed, theirs, (ortc) => changed(ortc.validateAndNormalizeRtpCapabilities, caps)),
				same(seed, theirs, (ortc) => changed(ortc.validateAndNormalizeRtpParameters, params)),
				same(seed, theirs, (ortc) => changed(ortc.validateAndNormalizeSctpStreamParameters, stream)),
			];
		});

		expect(new Set(outcomes)).toEqual(new Set(['TypeError', 'answer']));
	});

	it('the capabilities of routers are the same', () => {
		const outcomes = SEEDS.map((seed) => {
			const given = new Arbitrary(seed);
			const mediaCodecs = given.list(40, () => given.mediaCodec()).filter(isShared);
			return same(seed, theirs, (ortc) => ortc.generateRouterRtpCapabilities(structuredClone(mediaCodecs)));
		});

		expect(new Set(outcomes)).toEqual(new Set(['TypeError', 'UnsupportedError', 'Error', 'answer']));
	});

	it('mappings are the same', () => {
		const outcomes = SEEDS.map((seed) => {
			const given = new Arbitrary(seed);
			const caps = capabilities(given);
			const { params } = given.producer(caps);
			return same(seed, theirs, (ortc) => {
				const own = structuredClone(params);
				const { codecs, encodings } = ortc.getProducerRtpParametersMapping(own, caps);
				const first = encodings[0]?.mappedSsrc ?? 0;
				return [
					own,
					codecs,
					encodings.map((mapped) => ({ ...mapped, mappedSsrc: mapped.mappedSsrc - first })),
				];
			});
		});

		expect(new Set(outcomes)).toEqual(new Set(['UnsupportedError', 'answer']));
	});

	it('what is consumable, who can, and what they get is the same', () => {
		const outcomes = SEEDS.flatMap((seed) => {
			const given = new Arbitrary(seed);
			const made = producer(given);
			if (!made) {
				return [];
			}
			const { kind, params, caps, mapping } = made;
			const consumable = ours.getConsumableRtpParameters(kind, params, caps, mapping);
			const remote = given.endpoint(caps);
			const how = { pipe: given.flip(), enableRtx: given.flip() };
			const request = { consumableRtpParameters: consumable, remoteRtpCapabilities: remote, ...how };
			return [
				same(seed, theirs, (ortc) => ortc.getConsumableRtpParameters(kind, params, caps, mapping)),
				same(seed, theirs, (ortc) => ortc.canConsume(consumable, structuredClone(remote))),
				same(seed, theirs, (ortc) => settled(ortc.getConsumerRtpParameters(structuredClone(request)))),
				same(seed, theirs, (ortc) => settled(ortc.getPipeConsumerRtpParameters(structuredClone(request)))),
			];
		});

		expect(outcomes.length).toBeGreaterThan(500);
		expect(new Set(outcomes)).toEqual(new Set(['UnsupportedError', 'answer']));
	});

	it('what routers can do is the same, but for H265', () => {
		const theirSupported = module.getSupportedRtpCapabilities() as RtpCapabilities;
		theirs.validateAndNormalizeRtpCapabilities(theirSupported);
		const our = ours.getSupportedRtpCapabilities();

		expect({ ...our, codecs: our.codecs?.filter(isShared) }).toEqual(theirSupported);
	});

	it('scalability modes are read the same', () => {
		for (const seed of SEEDS) {
			const given = new Arbitrary(seed);
			const text = given.list(8, () => given.pick(['L', 'S', 'T', '0', '1', '9', '_KEY', 'h'])).join('');
			for (const mode of [text, `L1T${text}`, `S${given.below(120)}T${given.below(120)}_KEY`]) {
				expect(ours.parseScalabilityMode(mode), mode).toEqual(module.parseScalabilityMode(mode));
			}
		}
	});
});

async function installed(): Promise<Reference | undefined> {
	// Not a literal, so that nobody resolves it before it is known to be there.
	const name = 'mediasoup';
	return import(/* @vite-ignore */ name).catch(() => undefined);
}

/** What both do, which must be the same: the name of the error, or `answer`. */
function same(seed: number, theirs: Ortc, call: (ortc: Ortc) => unknown): string {
	const [their, our] = [theirs, ours].map((ortc) => {
		try {
			return { answer: call(ortc) };
		} catch (error) {
			return { name: (error as Error).name };
		}
	});
	expect(our, `seed ${seed}`).toEqual(their);
	return our && 'name' in our ? (our.name ?? '') : 'answer';
}

function isShared({ mimeType }: { mimeType: string }): boolean {
	return mimeType.toLowerCase() !== 'video/h265';
}

/** Of a router whose codecs are in order. */
function capabilities(given: Arbitrary): RtpCapabilities {
	for (;;) {
		try {
			return ours.generateRouterRtpCapabilities(given.mediaCodecs().filter(isShared));
		} catch {
			// Other codecs, then.
		}
	}
}

/** With its mapping, if it has one. */
function producer(given: Arbitrary) {
	const caps = capabilities(given);
	const { kind, params } = given.producer(caps);
	params.headerExtensions = params.headerExtensions?.filter(({ uri }) => uri !== DEPENDENCY_DESCRIPTOR) ?? [];
	try {
		return { kind, params, caps, mapping: ours.getProducerRtpParametersMapping(params, caps) };
	} catch {
		return undefined;
	}
}

/** With one field, somewhere, replaced by something else. */
function spoilt<T>(given: Arbitrary, value: T): T {
	const copied = structuredClone(value);
	const places = objectsOf(copied).filter((object) => Object.keys(object).length > 0);
	if (places.length > 0) {
		const place = given.pick(places) as Record<string, unknown>;
		place[given.pick(Object.keys(place))] = given.pick([undefined, null, 0, 1, '', 'foo', true, false, {}]);
	}
	return copied;
}

function changed(validate: (value: any) => void, value: unknown): unknown {
	const own = structuredClone(value);
	validate(own);
	for (const object of objectsOf(own) as Record<string, unknown>[]) {
		for (const key of Object.keys(object)) {
			if (OPTIONAL.has(key) && !object[key]) {
				delete object[key];
			}
		}
	}
	return own;
}

/** With SSRCs counted from the first, since they are random. */
function settled(params: RtpParameters): RtpParameters {
	const [first] = params.encodings ?? [];
	const from = (ssrc: number | undefined, start: number | undefined) => (ssrc ?? 0) - (start ?? 0);
	const encodings = params.encodings?.map(
		(encoding): RtpEncodingParameters => ({
			...encoding,
			ssrc: from(encoding.ssrc, first?.ssrc),
			...(encoding.rtx && { rtx: { ssrc: from(encoding.rtx.ssrc, first?.rtx?.ssrc) } }),
		}),
	);
	return { ...params, encodings: encodings ?? [] };
}

function objectsOf(value: unknown): object[] {
	return typeof value === 'object' && value !== null
		? [value, ...Object.values(value).flatMap(objectsOf)]
		: [];
}
