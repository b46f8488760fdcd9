/** How long to wait before the next attempt. */

const FIRST_MS = 250;

/** Someone waits in front of the screen; and the server keeps a peer's place for ten seconds. */
const LONGEST_MS = 3_000;

/** Doubles, with a random part so that not everybody comes back at once. `random` is 0 to 1. */
export function backoffMs(attempt: number, random: number): number {
	const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
	return whole / 2 + (whole / 2) * random;
}
