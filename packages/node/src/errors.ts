/** What is thrown besides `TypeError`, which says that an argument is wrong, and plain `Error`. */

export { UnsupportedError } from 'brodo-ortc';

/** The worker was closed, or has died; nothing can be asked of it any more. */
export class WorkerClosedError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'WorkerClosedError';
	}
}

/** The object that was asked, or named, is not or no longer there. */
export class NotFoundError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'NotFoundError';
	}
}
