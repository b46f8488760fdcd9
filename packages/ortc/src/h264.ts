/** H.264 profiles and levels (RFC 6184 §8.1): the parameter `profile-level-id`. */

type Profile =
	| 'ConstrainedBaseline'
	| 'Baseline'
	| 'Main'
	| 'ConstrainedHigh'
	| 'High'
	| 'PredictiveHigh444';

interface ProfileLevel {
	readonly profile: Profile;
	/** Ten times level_idc, so that 1b fits between 1 and 1.1. */
	readonly level: number;
}

type Parameters = Readonly<Record<string, unknown>>;

/** What a missing parameter means: constrained baseline, level 3.1. */
const DEFAULT = '42e01f';

const LEVEL_1B = 105;

/** Values of level_idc that exist: ten times the level. */
const LEVELS: readonly number[] = [10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52];

/** profile_idc, the bits of profile_iop that matter, their values, the profile. */
const PATTERNS: readonly (readonly [number, number, number, Profile])[] = [
	[0x42, 0b0100_1111, 0b0100_0000, 'ConstrainedBaseline'],
	[0x4d, 0b1000_1111, 0b1000_0000, 'ConstrainedBaseline'],
	[0x58, 0b1100_1111, 0b1100_0000, 'ConstrainedBaseline'],
	[0x42, 0b0100_1111, 0b0000_0000, 'Baseline'],
	[0x58, 0b1100_1111, 0b1000_0000, 'Baseline'],
	[0x4d, 0b1010_1111, 0b0000_0000, 'Main'],
	[0x64, 0b1111_1111, 0b0000_0000, 'High'],
	[0x64, 0b1111_1111, 0b0000_1100, 'ConstrainedHigh'],
	[0xf4, 0b1111_1111, 0b0000_0000, 'PredictiveHigh444'],
];

const PREFIXES: Readonly<Record<Profile, string>> = {
	ConstrainedBaseline: '42e0',
	Baseline: '4200',
	Main: '4d00',
	ConstrainedHigh: '640c',
	High: '6400',
	PredictiveHigh444: 'f400',
};

/** Level 1b has a form in these profiles only. */
const LEVEL_1B_FORMS: Readonly<Partial<Record<Profile, string>>> = {
	ConstrainedBaseline: '42f00b',
	Baseline: '42100b',
	Main: '4d100b',
};

/** Whether both are valid and of the same profile. */
export function sameProfile(a: Parameters, b: Parameters): boolean {
	const profile = of(a)?.profile;
	return profile !== undefined && profile === of(b)?.profile;
}

/** The profile and level of the answer that `b` gives to `a`; `undefined` if neither names one. */
export function answer(a: Parameters, b: Parameters): string | undefined {
	if (!isNamed(a) && !isNamed(b)) {
		return undefined;
	}
	const [ofA, ofB] = [of(a), of(b)];
	if (!ofA || !ofB) {
		return undefined;
	}
	const isFree = allowsAsymmetry(a) && allowsAsymmetry(b);
	return write({ profile: ofA.profile, level: isFree ? ofA.level : Math.min(ofA.level, ofB.level) });
}

/** Reads six hex digits. */
export function parse(text: string): ProfileLevel | undefined {
	if (!/^[0-9a-f]{6}$/i.test(text)) {
		return undefined;
	}
	const [idc, iop, levelIdc] = [0, 2, 4].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as [
		number,
		number,
		number,
	];
	const pattern = PATTERNS.find(([wanted, mask, bits]) => wanted === idc && (iop & mask) === bits);
	if (!pattern) {
		return undefined;
	}
	const profile = pattern[3];
	if (levelIdc === 11 && (iop & 0x10) !== 0) {
		return { profile, level: LEVEL_1B };
	}
	return LEVELS.includes(levelIdc) ? { profile, level: levelIdc * 10 } : undefined;
}

function write({ profile, level }: ProfileLevel): string | undefined {
	if (level === LEVEL_1B) {
		return LEVEL_1B_FORMS[profile];
	}
	return PREFIXES[profile] + (level / 10).toString(16).padStart(2, '0');
}

function of(parameters: Parameters): ProfileLevel | undefined {
	// Whoever reads SDP may have made a number of `640010`.
	return parse(isNamed(parameters) ? String(parameters['profile-level-id']) : DEFAULT);
}

/** An empty text is what is left of `undefined` after normalisation. */
function isNamed(parameters: Parameters): boolean {
	const id = parameters['profile-level-id'];
	return id !== undefined && id !== '';
}

function allowsAsymmetry(parameters: Parameters): boolean {
	const value = parameters['level-asymmetry-allowed'];
	return value === 1 || value === '1' || value === true;
}
