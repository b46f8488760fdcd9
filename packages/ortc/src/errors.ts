/** What is thrown besides `TypeError`, which says that an argument is wrong. */

/** Nobody here can do that. */
export class UnsupportedError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'UnsupportedError';
	}
}

/** The error for a field that is wrong. */
export function invalid(field: string, what: string): TypeError {
	return new TypeError(`${field}: ${what}`);
}
