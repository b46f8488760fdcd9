/** What vectors cannot say: `undefined`, what is absent, levels in between. */

import { describe, expect, it } from 'vitest';
import {
	canConsume,
	generateRouterRtpCapabilities,
	getConsumableRtpParameters,
	getConsumerRtpParameters,
	getProducerRtpParametersMapping,
	parseScalabilityMode,
	type RtpCapabilities,
	type RtpParameters,
	UnsupportedError,
	validateAndNormalizeRtpCapabilities,
	validateAndNormalizeRtpParameters,
} from '../src/index.js';
import { answer, parse } from '../src/h264.js';

const VP8 = { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 } as const;

describe('a validation', () => {
	it('removes the channels of video', () => {
		const caps = { codecs: [{ ...VP8, preferredPayloadType: 100, channels: 2 }] };
		const params = { codecs: [{ ...VP8, payloadType: 100, channels: 2 }] };

		validateAndNormalizeRtpCapabilities(caps);
		validateAndNormalizeRtpParameters(params);

		expect(caps.codecs[0]).not.toHaveProperty('channels');
		expect(params.codecs[0]).not.toHaveProperty('channels');
	});

	it('makes an empty text of a parameter that is undefined', () => {
		const caps = { codecs: [{ ...VP8, preferredPayloadType: 100, parameters: { foo: undefined } }] };

		validateAndNormalizeRtpCapabilities(caps);

		expect(caps.codecs[0]?.parameters).toStrictEqual({ foo: '' });
	});

	it('refuses an apt that is undefined', () => {
		const rtx = { mimeType: 'video/rtx', payloadType: 1, clockRate: 90_000, parameters: { apt: undefined } };

		expect(() => validateAndNormalizeRtpParameters({ codecs: [rtx] })).toThrow('codecs[0].parameters.apt');
	});

	it('removes what may be missing and is falsy, but keeps numbers', () => {
		const params: any = {
			mid: null,
			msid: '',
			codecs: [],
			encodings: [{ ssrc: 0, rid: '', rtx: false, scalabilityMode: null }],
			rtcp: { cname: '' },
		};

		validateAndNormalizeRtpParameters(params);

		expect(params).toStrictEqual({
			codecs: [],
			headerExtensions: [],
			encodings: [{ ssrc: 0, dtx: false }],
			rtcp: { reducedSize: true },
		});
	});

	it('keeps fields that nobody knows', () => {
		const caps: any = { codecs: [], headerExtensions: [], foo: 1 };

		validateAndNormalizeRtpCapabilities(caps);

		expect(caps.foo).toBe(1);
	});
});

describe('media codecs', () => {
	it('need not be given', () => {
		const caps = generateRouterRtpCapabilities();

		expect(caps.codecs).toEqual([]);
		expect(caps.headerExtensions).toHaveLength(18);
	});

	it('are refused as unsupported with an error of that name', () => {
		const error = caught(() => generateRouterRtpCapabilities([{ ...VP8, mimeType: 'video/foo' }]));

		expect(error).toBeInstanceOf(UnsupportedError);
		expect(error.name).toBe('UnsupportedError');
		expect(error.message).toContain('mediaCodecs[0].mimeType');
	});
});

describe('profile-level-id', () => {
	it('has level 1b between 1 and 1.1', () => {
		const levels = ['42e00a', '42f00b', '42e00b'].map((id) => parse(id)?.level ?? 0);

		expect(levels).toEqual([100, 105, 110]);
	});

	it.each(['', '000000', '42e01', '42e0ff', 'zze01f', '+2e01f', 'f4ff1f', '42e01f0'])(
		'cannot be %j',
		(nonsense) => {
			expect(parse(nonsense)).toBeUndefined();
		},
	);

	it.each([
		['the lower level', '42e034', 0, '42e01f'],
		['its own level if both allow it', '42e034', 1, '42e034'],
		['its own level if both allow it in text', '42e034', '1', '42e034'],
		['level 1b in its own form', '58f00b', 1, '42f00b'],
	])('is answered with %s', (_name, id, asymmetry, expected) => {
		const offer = { 'profile-level-id': id, 'level-asymmetry-allowed': asymmetry };

		expect(answer(offer, { 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 })).toBe(expected);
	});

	it('is not answered if neither side names it', () => {
		expect(answer({}, {})).toBeUndefined();
	});
});

describe('a mapping', () => {
	const caps = generateRouterRtpCapabilities([VP8]);
	const params = (): RtpParameters => ({
		codecs: [{ ...VP8, payloadType: 96 }],
		encodings: [{ rid: 'h', rtx: { ssrc: 5 }, codecPayloadType: 96, maxBitrate: 7 }],
	});

	it('says neither SSRC nor RID where there is none', () => {
		const mapping = getProducerRtpParametersMapping(params(), caps, () => 0);

		expect(mapping.encodings).toStrictEqual([{ rid: 'h', mappedSsrc: 100_000_000 }]);
	});

	it('leaves of an encoding what means the same to consumers', () => {
		const mapping = getProducerRtpParametersMapping(params(), caps, () => 0);

		const consumable = getConsumableRtpParameters('video', params(), caps, mapping);

		expect(consumable.encodings).toStrictEqual([{ ssrc: 100_000_000, maxBitrate: 7 }]);
		expect(consumable).not.toHaveProperty('msid');
		expect(consumable.rtcp).toStrictEqual({ reducedSize: true });
	});

	it('of other parameters is refused', () => {
		const mapping = getProducerRtpParametersMapping(params(), caps, () => 0);
		const consumable = (of: typeof mapping) => getConsumableRtpParameters('video', params(), caps, of);

		expect(() => consumable({ ...mapping, codecs: [] })).toThrow(TypeError);
		expect(() => consumable({ ...mapping, encodings: [] })).toThrow('rtpMapping.encodings');
	});
});

describe('capabilities of an endpoint', () => {
	const consumable: RtpParameters = {
		codecs: [{ ...VP8, payloadType: 100, parameters: {}, rtcpFeedback: [] }],
		headerExtensions: [],
		encodings: [{}],
	};

	it('are completed by asking who can consume', () => {
		const caps: RtpCapabilities = { codecs: [{ ...VP8, preferredPayloadType: 1 }] };

		expect(canConsume(consumable, caps)).toBe(true);
		expect(caps).toStrictEqual({
			codecs: [{ ...VP8, preferredPayloadType: 1, parameters: {}, rtcpFeedback: [] }],
			headerExtensions: [],
		});
	});

	it('need not be complete to consume', () => {
		const consumer = getConsumerRtpParameters({
			consumableRtpParameters: consumable,
			remoteRtpCapabilities: { codecs: [{ ...VP8, preferredPayloadType: 1 }] },
			pipe: false,
			enableRtx: true,
		});

		expect(consumer.codecs).toStrictEqual(consumable.codecs);
	});
});

describe('a scalability mode', () => {
	it.each([undefined, null, 3, {}])('that is %j has one layer of each', (mode: any) => {
		expect(parseScalabilityMode(mode)).toStrictEqual({ spatialLayers: 1, temporalLayers: 1, ksvc: false });
	});
});

function caught(call: () => unknown): Error {
	try {
		call();
	} catch (error) {
		return error as Error;
	}
	throw new Error('nothing was thrown');
}
