/** Which SCTP streams of a transport are in use by data consumers. */

/** 65535 is no stream (RFC 8832 §6). */
const ID_END = 65_535;

/** Gives streams in a circle, so that an id is not used again soon after its stream was reset. */
export class StreamIds {
	readonly #taken = new Set<number>();
	#end = ID_END;
	#next = 0;

	/** The association has no more streams than this. */
	limit(count: number): void {
		this.#end = Math.min(count, ID_END);
	}

	/** A free one. Throws an `Error` if there is none. */
	take(): number {
		for (let tried = 0; tried < this.#end; tried += 1) {
			const id = this.#next < this.#end ? this.#next : 0;
			this.#next = id + 1;
			if (!this.#taken.has(id)) {
				this.#taken.add(id);
				return id;
			}
		}
		throw new Error('no SCTP stream is free');
	}

	/** It may be given again. */
	free(id: number): void {
		this.#taken.delete(id);
	}
}
