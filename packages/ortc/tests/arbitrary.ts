/** Random codecs, parameters and nonsense, the same for the same seed. */

import { getSupportedRtpCapabilities } from '../src/index.js';
import type {
	MediaKind,
	RouterRtpCodecCapability,
	RtpCapabilities,
	RtpCodecParameters,
	RtpEncodingParameters,
	RtpParameters,
} from '../src/index.js';

const PROFILES = ['42e01f', '42e034', '42E00B', '4d401f', '4D801F', '42001f', '640c1f', '64001f', 'f4001f'];
const BAD_PROFILES = ['000000', '42e01', 'zze01f', '42e0ff', ''];
const MODES = ['L1T1', 'L1T3', 'L3T3_KEY', 'S2T2', 'foo'];
const FEEDBACK = [
	{ type: 'nack', parameter: '' },
	{ type: 'nack', parameter: 'pli' },
	{ type: 'ccm', parameter: 'fir' },
	{ type: 'goog-remb', parameter: '' },
	{ type: 'transport-cc', parameter: '' },
	{ type: 'unheard-of', parameter: 'foo' },
];

/** Every key that validation looks at. */
const KEYS = (
	'codecs headerExtensions encodings rtcp mid msid mimeType kind payloadType preferredPayloadType ' +
	'clockRate channels parameters apt rtcpFeedback type parameter uri id preferredId encrypt ' +
	'preferredEncrypt direction ssrc rid rtx dtx scalabilityMode cname reducedSize streamId ordered ' +
	'maxPacketLifeTime maxRetransmits'
).split(' ');

export class Arbitrary {
	#state: number;

	constructor(seed: number) {
		this.#state = seed;
	}

	/** As `Random` is: the generator mulberry32. */
	readonly u32 = (): number => {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return (mixed ^ (mixed >>> 14)) >>> 0;
	};

	below(end: number): number {
		return this.u32() % end;
	}

	flip(): boolean {
		return this.below(2) === 0;
	}

	pick<T>(from: readonly T[]): T {
		return from[this.below(from.length)] as T;
	}

	some<T>(from: readonly T[]): T[] {
		return from.filter(() => this.flip());
	}

	/** Up to so many of whatever is made. */
	list<T>(most: number, make: (at: number) => T): T[] {
		return Array.from({ length: this.below(most + 1) }, (_, at) => make(at));
	}

	mediaCodecs(): RouterRtpCodecCapability[] {
		return this.list(6, () => this.mediaCodec());
	}

	/** Half of them video. */
	mediaCodec(): RouterRtpCodecCapability {
		const { codecs = [] } = getSupportedRtpCapabilities();
		const codec = { ...this.pick(this.flip() ? codecs : codecs.slice(-5)) };
		delete codec.preferredPayloadType;
		delete codec.rtcpFeedback;
		codec.mimeType = this.pick([codec.mimeType, codec.mimeType.toLowerCase()]);
		codec.parameters = { ...codec.parameters, ...this.codecParameters(codec.mimeType) };
		if (this.below(8) === 0) {
			codec.preferredPayloadType = 96 + this.below(32);
		}
		return codec;
	}

	/** A producer's, mostly of codecs that the router has. */
	producer(caps: RtpCapabilities): { kind: MediaKind; params: RtpParameters } {
		const known = (caps.codecs ?? []).filter((codec) => codec.mimeType !== 'video/rtx');
		const codecs: RtpCodecParameters[] = [];
		for (const codec of this.some(known)) {
			const payloadType = 30 + codecs.length;
			codecs.push({
				mimeType: this.pick([codec.mimeType, codec.mimeType.toLowerCase()]),
				payloadType,
				clockRate: codec.clockRate,
				...(codec.channels && { channels: codec.channels }),
				parameters: this.flip()
					? { ...codec.parameters }
					: { ...codec.parameters, ...this.codecParameters(codec.mimeType) },
				rtcpFeedback: this.some(FEEDBACK),
			});
			if (codec.kind === 'video' && this.flip()) {
				codecs.push({
					mimeType: 'video/rtx',
					payloadType: payloadType + 1,
					clockRate: 90_000,
					parameters: { apt: payloadType },
					rtcpFeedback: [],
				});
			}
		}
		const first = codecs[0];
		return {
			kind: first && first.mimeType.startsWith('audio/') ? 'audio' : 'video',
			params: {
				codecs,
				headerExtensions: this.some(caps.headerExtensions ?? []).map(({ uri, preferredId }) => ({
					uri,
					id: preferredId,
					encrypt: false,
					parameters: {},
				})),
				encodings: this.list(4, (at) => this.encoding(at)),
				rtcp: { cname: 'c', reducedSize: true },
				...(this.flip() && { msid: 'stream track' }),
			},
		};
	}

	/** An endpoint's, some of what the router has. */
	endpoint(caps: RtpCapabilities): RtpCapabilities {
		return {
			codecs: this.some(caps.codecs ?? []).map((codec) => ({
				...structuredClone(codec),
				preferredPayloadType: 96 + this.below(32),
				rtcpFeedback: this.some(FEEDBACK),
			})),
			headerExtensions: this.some(caps.headerExtensions ?? []).map((extension) => ({
				...extension,
				preferredId: this.below(8) === 0 ? 14 : extension.preferredId,
			})),
		};
	}

	/** JSON made of the keys that are looked at. */
	nonsense(depth = 3): any {
		switch (this.below(depth > 0 ? 14 : 7)) {
			case 0:
				return null;
			case 1:
				return undefined;
			case 2:
				return this.flip();
			case 3:
				return this.below(3);
			case 4:
				return '';
			case 5:
				return this.pick(['audio/opus', 'video/VP8', 'video/rtx', 'foo']);
			case 6:
				return this.pick(['audio', 'video']);
			case 7:
			case 8:
			case 9:
				return this.list(3, () => this.nonsense(depth - 1));
			default:
				return Object.fromEntries(this.some(this.some(KEYS)).map((key) => [key, this.nonsense(depth - 1)]));
		}
	}

	private encoding(at: number): RtpEncodingParameters {
		return {
			...(this.flip() ? { ssrc: 1000 + at, rtx: { ssrc: 2000 + at } } : { rid: `r${at}` }),
			dtx: this.flip(),
			...(this.flip() && { scalabilityMode: this.pick(MODES) }),
			...(this.flip() && { maxBitrate: this.below(1_000_000) }),
			...(this.flip() && { codecPayloadType: 30 }),
		};
	}

	private codecParameters(mimeType: string): Record<string, unknown> {
		switch (mimeType.toLowerCase()) {
			case 'video/h264':
				return {
					...(this.flip() && {
						'profile-level-id': this.pick(this.below(8) === 0 ? BAD_PROFILES : PROFILES),
					}),
					...(this.flip() && { 'packetization-mode': this.pick<unknown>([0, 1, '1']) }),
					...(this.flip() && { 'level-asymmetry-allowed': this.pick<unknown>([0, 1, '1']) }),
				};
			case 'video/vp9':
				return this.flip() ? { 'profile-id': this.pick<unknown>([0, 2, '0']) } : {};
			case 'video/h265':
				return this.flip() ? { 'profile-id': this.pick([1, 2]), 'tier-flag': this.below(2) } : {};
			case 'audio/multiopus':
				return this.below(4) === 0 ? { num_streams: this.below(8), coupled_streams: 2 } : {};
			default:
				return this.flip() ? { foo: this.pick<unknown>(['bar', 1]) } : {};
		}
	}
}
