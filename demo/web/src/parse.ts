/** Looks into JSON that came from elsewhere. */

export type Fields = Readonly<Record<string, unknown>>;

export class MalformedError extends Error {
	override readonly name = 'MalformedError';
}

export function fields(value: unknown): Fields {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new MalformedError('expected an object');
	}
	return value as Fields;
}

export function text(from: Fields, key: string): string {
	const value = from[key];
	if (typeof value !== 'string') {
		throw new MalformedError(`${key}: expected a string`);
	}
	return value;
}

export function list(from: Fields, key: string): readonly unknown[] {
	const value = from[key];
	if (!Array.isArray(value)) {
		throw new MalformedError(`${key}: expected an array`);
	}
	return value;
}

export function oneOf<T extends string>(from: Fields, key: string, allowed: readonly T[]): T {
	const value = from[key];
	const found = allowed.find((one) => one === value);
	if (found === undefined) {
		throw new MalformedError(`${key}: expected one of ${allowed.join(', ')}`);
	}
	return found;
}

/** `undefined` if it is not a number: for statistics, where every field may be missing. */
export function number(from: Fields, key: string): number | undefined {
	const value = from[key];
	return typeof value === 'number' ? value : undefined;
}

export function string(from: Fields, key: string): string | undefined {
	const value = from[key];
	return typeof value === 'string' ? value : undefined;
}
