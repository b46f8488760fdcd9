import { expect, it } from 'vitest';
import { backoffMs } from './backoff';

it('waits longer each time, up to a limit', () => {
	expect([0, 1, 2, 3, 4, 5, 1000].map((attempt) => backoffMs(attempt, 1))).toEqual([
		250, 500, 1000, 2000, 3000, 3000, 3000,
	]);
});

it('spreads over half of that', () => {
	expect(backoffMs(2, 0)).toBe(500);
});
