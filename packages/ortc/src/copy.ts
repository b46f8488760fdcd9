/** Copies of dictionaries. */

/** A copy that shares nothing with the original: of what JSON can say, and of `undefined`. */
export function copy<T>(value: T): T {
	if (Array.isArray(value)) {
		return value.map((item) => copy(item)) as T;
	}
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copy(field)])) as T;
	}
	return value;
}
