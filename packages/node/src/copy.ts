/** Copies of what applications give and get. */

/** Deeper than anything in the API; from here on whatever it is (a circle, say) is left to Node. */
const DEPTH_MAX = 16;

/**
 * A copy that shares nothing with the original: what `structuredClone()` gives, without its way through a
 * serializer, which costs a dictionary of the API as much as a request to the worker.
 *
 * @throws DataCloneError, as `structuredClone()` does, for functions and symbols.
 */
export function copy<T>(value: T, depth = 0): T {
	if (typeof value !== 'object' || value === null) {
		return typeof value === 'function' || typeof value === 'symbol' ? structuredClone(value) : value;
	}
	if (depth >= DEPTH_MAX) {
		return structuredClone(value);
	}
	if (Array.isArray(value)) {
		return value.map((item) => copy(item, depth + 1)) as T;
	}
	if (Object.getPrototypeOf(value) !== Object.prototype) {
		return structuredClone(value);
	}
	const fields = { ...value } as Record<string, unknown>;
	for (const key in fields) {
		fields[key] = copy(fields[key], depth + 1);
	}
	return fields as T;
}
