/** What holds for whatever is negotiated. The message of a failure has the seed. */

import { describe, expect, it } from 'vitest';
import {
	canConsume,
	generateRouterRtpCapabilities,
	getConsumableRtpParameters,
	getConsumerRtpParameters,
	getPipeConsumerRtpParameters,
	getProducerRtpParametersMapping,
	getSupportedRtpCapabilities,
	parseScalabilityMode,
	type RtpCapabilities,
	type RtpParameters,
	UnsupportedError,
	validateAndNormalizeRtpCapabilities,
	validateAndNormalizeRtpParameters,
	validateAndNormalizeSctpStreamParameters,
} from '../src/index.js';
import { Arbitrary } from './arbitrary.js';

const SEEDS = Array.from({ length: 1000 }, (_, at) => at);
const VALIDATIONS = [
	validateAndNormalizeRtpCapabilities,
	validateAndNormalizeRtpParameters,
	validateAndNormalizeSctpStreamParameters,
];

describe('whatever is given', () => {
	it('a validation throws a TypeError that names a field, or nothing', () => {
		const outcomes = forAllSeeds((given) =>
			VALIDATIONS.map((validate) => outcome(() => validate(given.nonsense()))),
		).flat();

		const errors = outcomes.filter((found) => found instanceof Error);
		expect(errors.length).toBeGreaterThan(1000);
		expect(outcomes.length - errors.length).toBeGreaterThan(100);
		for (const error of errors) {
			expect(error).toBeInstanceOf(TypeError);
			expect((error as Error).message).toMatch(/^[a-zA-Z[\]0-9.]+: [a-z]/);
		}
	});

	it('a validation leaves nothing for a second one to do', () => {
		const checked = forAllSeeds((given) => {
			const value = given.nonsense();
			return VALIDATIONS.map((validate) => {
				if (outcome(() => validate(value)) instanceof Error) {
					return 0;
				}
				const once = structuredClone(value);
				validate(value);
				expect(value).toStrictEqual(once);
				return 1;
			});
		});

		expect(checked.flat().filter(Boolean).length).toBeGreaterThan(100);
	});

	it('a router refuses codecs as malformed, unknown, or too many', () => {
		const outcomes = forAllSeeds((given) =>
			outcome(() => generateRouterRtpCapabilities(given.list(40, () => given.mediaCodec()))),
		);

		const errors = outcomes.filter((found) => found instanceof Error);
		const classes = errors.map(({ name, message }) => (name === 'Error' ? message : name));
		expect(new Set(classes)).toEqual(
			new Set([
				'TypeError',
				'UnsupportedError',
				'cannot allocate: all dynamic payload types are used',
			]),
		);
	});

	it('a scalability mode is read without an error', () => {
		forAllSeeds((given) => {
			const { spatialLayers, temporalLayers } = parseScalabilityMode(given.nonsense());

			expect([spatialLayers, temporalLayers]).toEqual([1, 1]);
		});
	});
});

describe('whatever is negotiated', () => {
	it('changes nothing that it is given, but the profiles of the producer', () => {
		const reached = forAllSeeds((given) => {
			const mediaCodecs = frozen(given.mediaCodecs());
			const caps = outcome(() => frozen(generateRouterRtpCapabilities(mediaCodecs)));
			if (caps instanceof Error) {
				return 'no router';
			}
			const { kind, params } = given.producer(caps);
			const before = structuredClone(params);
			const mapping = outcome(() => getProducerRtpParametersMapping(params, caps, given.u32));
			expect(withoutProfiles(params)).toEqual(withoutProfiles(before));
			if (mapping instanceof Error) {
				return 'no producer';
			}
			const consumable = getConsumableRtpParameters(kind, frozen(params), caps, frozen(mapping));
			expectNothingShared(consumable, [params, caps, mapping]);
			const remote = frozen(given.endpoint(caps));
			frozen(consumable);
			const request = { consumableRtpParameters: consumable, remoteRtpCapabilities: remote };
			const pipe = getPipeConsumerRtpParameters({ ...request, enableRtx: given.flip() });
			expectNothingShared(pipe, [consumable]);
			const consumer = outcome(() =>
				getConsumerRtpParameters({ ...request, pipe: given.flip(), enableRtx: given.flip() }),
			);
			expectNothingShared(consumer, [consumable, remote]);
			return consumer instanceof UnsupportedError ? 'no consumer' : 'consumer';
		});

		// If something were changed there would be a TypeError, and nobody would get this far.
		for (const far of ['no producer', 'no consumer', 'consumer']) {
			expect(reached.filter((found) => found === far).length, far).toBeGreaterThan(50);
		}
	});

	it('asking who can consume never throws once capabilities are checked', () => {
		const answers = forAllNegotiations(({ consumable, remote }) => canConsume(consumable, remote));

		expect(new Set(answers)).toEqual(new Set([true, false]));
	});

	it('whoever can consume gets parameters', () => {
		const consumers = forAllNegotiations(({ consumable, remote, given }) =>
			canConsume(consumable, remote)
				? getConsumerRtpParameters({
						consumableRtpParameters: consumable,
						remoteRtpCapabilities: remote,
						pipe: given.flip(),
						enableRtx: given.flip(),
					})
				: undefined,
		);

		expect(consumers.filter(Boolean).length).toBeGreaterThan(100);
	});

	it('a consumer gets one stream, of what there is, with one kind of bandwidth estimation', () => {
		forAllConsumers((consumer, { consumable, enableRtx }) => {
			const payloadTypes = new Set(consumable.codecs.map(({ payloadType }) => payloadType));
			const feedback = consumer.codecs.flatMap(({ rtcpFeedback = [] }) => rtcpFeedback);
			const types = new Set(feedback.map(({ type }) => type));

			expect(consumer.encodings).toHaveLength(1);
			expect(consumer.codecs.every(({ payloadType }) => payloadTypes.has(payloadType))).toBe(true);
			expect(types.has('transport-cc') && types.has('goog-remb')).toBe(false);
			if (!enableRtx) {
				expect(feedback).not.toContainEqual({ type: 'nack', parameter: '' });
			}
		});
	});

	it('RTX comes with its media codec and an SSRC, or not at all', () => {
		const withRtx = forAllConsumers((consumer, { enableRtx }) => {
			const media = new Set(consumer.codecs.filter(isMedia).map(({ payloadType }) => payloadType));
			const repairs = consumer.codecs.filter((codec) => !isMedia(codec));
			const [encoding] = consumer.encodings ?? [];

			expect(repairs.every(({ parameters }) => media.has(parameters.apt))).toBe(true);
			expect(encoding?.rtx !== undefined).toBe(repairs.length > 0);
			expect(encoding?.rtx === undefined || enableRtx).toBe(true);
			return repairs.length > 0;
		});

		expect(withRtx.filter(Boolean).length).toBeGreaterThan(50);
	});
});

describe('SSRCs', () => {
	it.each([
		['the least', 0],
		['the greatest', 2 ** 32 - 1],
	])('of the router have nine digits and follow each other with %s random number', (_name, u32) => {
		const caps = generateRouterRtpCapabilities([{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }]);
		const encodings = ['a', 'b', 'c'].map((rid) => ({ rid }));
		const params: RtpParameters = {
			codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
			encodings,
		};

		const mapping = getProducerRtpParametersMapping(params, caps, () => u32);

		const [first = 0, ...others] = mapping.encodings.map(({ mappedSsrc }) => mappedSsrc);
		expect(others).toEqual([first + 1, first + 2]);
		expect(first).toBeGreaterThanOrEqual(100_000_000);
		expect(first + 2).toBeLessThan(999_999_999);
	});

	it('are others every time', () => {
		const consumableRtpParameters: RtpParameters = { codecs: [], encodings: [{}] };
		const ssrcs = Array.from({ length: 100 }, () => {
			const { encodings } = getPipeConsumerRtpParameters({ consumableRtpParameters, enableRtx: true });
			return [encodings?.[0]?.ssrc, encodings?.[0]?.rtx?.ssrc];
		});

		expect(new Set(ssrcs.flat()).size).toBeGreaterThan(190);
	});
});

describe('what routers can do', () => {
	it('is the same after somebody changed the answer, and after a router was made', () => {
		const before = getSupportedRtpCapabilities();
		const changed = getSupportedRtpCapabilities();
		changed.codecs?.forEach((codec) => {
			codec.mimeType = 'foo';
			codec.rtcpFeedback?.forEach((feedback) => (feedback.type = 'foo'));
		});
		changed.headerExtensions?.splice(0);
		generateRouterRtpCapabilities([{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }]);

		expect(getSupportedRtpCapabilities()).toStrictEqual(before);
	});

	it('is 26 codecs and 18 header extensions, already normalised', () => {
		const supported = getSupportedRtpCapabilities();
		const normalized = structuredClone(supported);
		validateAndNormalizeRtpCapabilities(normalized as RtpCapabilities);

		expect([supported.codecs?.length, supported.headerExtensions?.length]).toEqual([26, 18]);
		expect(normalized).toStrictEqual(supported);
	});
});

interface Negotiation {
	readonly given: Arbitrary;
	readonly consumable: RtpParameters;
	readonly remote: RtpCapabilities;
}

function forAllSeeds<T>(check: (given: Arbitrary) => T): T[] {
	return SEEDS.map((seed) => {
		try {
			return check(new Arbitrary(seed));
		} catch (error) {
			throw new Error(`seed ${seed}`, { cause: error });
		}
	});
}

/** For what negotiates up to what is consumable. */
function forAllNegotiations<T>(check: (negotiation: Negotiation) => T): T[] {
	const found = forAllSeeds((given) => {
		const consumable = outcome(() => {
			const caps = generateRouterRtpCapabilities(given.mediaCodecs());
			const { kind, params } = given.producer(caps);
			const mapping = getProducerRtpParametersMapping(params, caps, given.u32);
			return { caps, made: getConsumableRtpParameters(kind, params, caps, mapping) };
		});
		return consumable instanceof Error
			? []
			: [check({ given, consumable: consumable.made, remote: given.endpoint(consumable.caps) })];
	}).flat();
	expect(found.length).toBeGreaterThan(300);
	return found;
}

function forAllConsumers<T>(
	check: (consumer: RtpParameters, from: Negotiation & { enableRtx: boolean }) => T,
): T[] {
	const found = forAllNegotiations((negotiation) => {
		const enableRtx = negotiation.given.flip();
		const consumer = outcome(() =>
			getConsumerRtpParameters({
				consumableRtpParameters: negotiation.consumable,
				remoteRtpCapabilities: negotiation.remote,
				pipe: false,
				enableRtx,
			}),
		);
		return consumer instanceof Error ? [] : [check(consumer, { ...negotiation, enableRtx })];
	}).flat();
	expect(found.length).toBeGreaterThan(150);
	return found;
}

function outcome<T>(call: () => T): T | Error {
	try {
		return call();
	} catch (error) {
		return error as Error;
	}
}

function isMedia({ mimeType }: { mimeType: string }): boolean {
	return mimeType !== 'video/rtx';
}

function withoutProfiles(params: RtpParameters): RtpParameters {
	const copied = structuredClone(params);
	copied.codecs.forEach((codec) => delete codec.parameters['profile-level-id']);
	return copied;
}

function objectsOf(value: unknown): object[] {
	return typeof value === 'object' && value !== null
		? [value, ...Object.values(value).flatMap(objectsOf)]
		: [];
}

function frozen<T>(value: T): T {
	objectsOf(value).forEach((object) => Object.freeze(object));
	return value;
}

function expectNothingShared(made: unknown, from: readonly unknown[]): void {
	const given = new Set(objectsOf(from));
	expect(objectsOf(made).filter((object) => given.has(object))).toEqual([]);
}
