/**
 * Values on their way to the worker and back.
 *
 * Numbers wrap to the width that they have there, as mediasoup's do; missing texts are a `TypeError`.
 */

/** The largest bitrate that the worker takes: 2⁶³ − 2. */
const BITRATE_MAX = (1n << 63n) - 2n;

/** An unsigned integer of 8 bits. */
export function u8(value: unknown): number {
	return Number(value) & 0xff;
}

/** An unsigned integer of 16 bits. */
export function u16(value: unknown): number {
	return Number(value) & 0xffff;
}

/** An unsigned integer of 32 bits. */
export function u32(value: unknown): number {
	return Number(value) >>> 0;
}

/** A signed integer of 8 bits. */
export function i8(value: unknown): number {
	return (Number(value) << 24) >> 24;
}

/** What `convert` makes of a value that may be missing. */
export function maybe<T>(value: unknown, convert: (value: unknown) => T): T | null {
	return value === undefined || value === null ? null : convert(value);
}

/**
 * Bits a second.
 *
 * @throws RangeError, SyntaxError or TypeError, as `BigInt()` does; TypeError if it is out of range.
 */
export function bitrate(value: unknown, field: string): bigint {
	const bits = BigInt.asUintN(64, BigInt(value as number));
	if (bits > BITRATE_MAX) {
		throw new TypeError(`${field}: must be between 0 and 2^63 - 2`);
	}
	return bits;
}

/** A text that must be there. */
export function text(value: unknown, field: string): string {
	if (typeof value !== 'string') {
		throw new TypeError(`${field}: must be a string`);
	}
	return value;
}

/** Everything in `value` that is null becomes undefined, in place; bytes are left alone. */
export function withoutNulls<T>(value: T): T {
	if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
		return value ?? (undefined as T);
	}
	const fields = value as Record<string, unknown>;
	for (const key of Object.keys(fields)) {
		const field = fields[key];
		if (field === null) {
			fields[key] = undefined;
		} else if (typeof field === 'object') {
			withoutNulls(field);
		}
	}
	return value;
}
