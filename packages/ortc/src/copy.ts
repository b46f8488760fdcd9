/** Copies of dictionaries. */

/** A copy that shares nothing with the original: of what JSON can say, and of `undefined`. */
export function copy<T>(value: T): T {
	if (Array.isArray(value)) {
		return value.map((item) => copy(item)) as T;
	}
	if (typeof value === 'object' && value !== null) {
		const fields = { ...value } as Record<string, unknown>;
		for (const key in fields) {
			fields[key] = copy(fields[key]);
		}
		return fields as T;
	}
	return value;
}
