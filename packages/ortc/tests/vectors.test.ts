/** The vectors that every implementation of the negotiation must satisfy: `conformance/ortc`. */

import { describe, expect, it } from 'vitest';
import capabilities from '../../../conformance/ortc/capabilities.json';
import consume from '../../../conformance/ortc/consume.json';
import produce from '../../../conformance/ortc/produce.json';
import scalability from '../../../conformance/ortc/scalability.json';
import validation from '../../../conformance/ortc/validation.json';
import {
	canConsume,
	generateRouterRtpCapabilities,
	getConsumableRtpParameters,
	getConsumerRtpParameters,
	getPipeConsumerRtpParameters,
	getProducerRtpParametersMapping,
	parseScalabilityMode,
	UnsupportedError,
	validateAndNormalizeRtpCapabilities,
	validateAndNormalizeRtpParameters,
	validateAndNormalizeSctpStreamParameters,
} from '../src/index.js';

interface Case {
	readonly name: string;
	readonly function: string;
	readonly only?: 'rust' | 'typescript';
	// Vectors are what applications give: anything.
	readonly input: any;
	readonly expect?: unknown;
	readonly error?: { readonly class: string; readonly names: string };
}

const FILES: Readonly<Record<string, readonly Case[]>> = {
	capabilities: capabilities as Case[],
	consume: consume as Case[],
	produce: produce as Case[],
	scalability: scalability as Case[],
	validation: validation as Case[],
};

describe.each(Object.entries(FILES))('%s.json', (_file, cases) => {
	it('has cases', () => {
		expect(cases.length).toBeGreaterThan(10);
	});

	it.each(cases.filter(({ only }) => only !== 'rust'))('$name', (vector) => {
		const input = structuredClone(vector.input);

		if (vector.error) {
			const error = thrown(() => answer(vector.function, input));
			expect({ class: classOf(error), message: error.message }).toEqual({
				class: vector.error.class,
				message: expect.stringContaining(vector.error.names),
			});
		} else {
			expect(difference('', vector.expect, answer(vector.function, input))).toBeUndefined();
		}
	});
});

/** What is answered to a case. */
function answer(name: string, input: Case['input']): unknown {
	switch (name) {
		case 'routerCapabilities':
			return generateRouterRtpCapabilities(input.mediaCodecs);
		case 'scalabilityMode':
			return parseScalabilityMode(input.mode);
		case 'validateRtpCapabilities':
			validateAndNormalizeRtpCapabilities(input.caps);
			return input.caps;
		case 'validateRtpParameters':
			validateAndNormalizeRtpParameters(input.params);
			return input.params;
		case 'validateSctpStreamParameters':
			validateAndNormalizeSctpStreamParameters(input.params);
			return input.params;
		default:
			return negotiated(name, input);
	}
}

function negotiated(name: string, input: Case['input']): unknown {
	const ofRouter = generateRouterRtpCapabilities(input.capabilities);
	const { kind, rtpParameters, remote, pipe = false, enableRtx = false } = input;
	validateAndNormalizeRtpParameters(rtpParameters);
	const mapping = getProducerRtpParametersMapping(rtpParameters, ofRouter);
	if (name === 'mapping') {
		return mapping;
	}
	const consumable = getConsumableRtpParameters(kind, rtpParameters, ofRouter, mapping);
	switch (name) {
		case 'consumable':
			return consumable;
		case 'canConsume':
			return canConsume(consumable, remote);
		case 'consumer':
			validateAndNormalizeRtpCapabilities(remote);
			return getConsumerRtpParameters({
				consumableRtpParameters: consumable,
				remoteRtpCapabilities: remote,
				pipe,
				enableRtx,
			});
		case 'pipeConsumer':
			return getPipeConsumerRtpParameters({ consumableRtpParameters: consumable, enableRtx });
		default:
			throw new Error(`no function is called ${name}`);
	}
}

function thrown(call: () => unknown): Error {
	try {
		call();
	} catch (error) {
		return error as Error;
	}
	throw new Error('nothing was thrown');
}

function classOf(error: Error): string {
	if (error instanceof TypeError) {
		return 'Invalid';
	}
	return error instanceof UnsupportedError ? 'Unsupported' : 'Exhausted';
}

/** Where the answer lacks something that is expected. */
function difference(path: string, expected: unknown, answer: unknown): string | undefined {
	const say = () => `${path}: expected ${JSON.stringify(expected)}, not ${JSON.stringify(answer)}`;
	if (typeof expected !== 'object' || expected === null) {
		return Object.is(expected, answer) ? undefined : say();
	}
	if (typeof answer !== 'object' || answer === null || Array.isArray(expected) !== Array.isArray(answer)) {
		return say();
	}
	if (Array.isArray(expected) && expected.length !== (answer as unknown[]).length) {
		return say();
	}
	for (const [key, value] of Object.entries(expected)) {
		const found = difference(`${path}.${key}`, value, (answer as Record<string, unknown>)[key]);
		if (found !== undefined) {
			return found;
		}
	}
	return undefined;
}
