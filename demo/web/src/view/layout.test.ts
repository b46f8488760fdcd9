import { expect, it } from 'vitest';
import { bestLayout } from './layout';

it('puts two side by side on a wide screen and one above the other on a phone', () => {
	expect(bestLayout(2, 1600, 500, 0)).toEqual({ columns: 2, width: 800 });
	expect(bestLayout(2, 400, 800, 0)).toEqual({ columns: 1, width: 400 });
});

it('lets nothing hang over', () => {
	for (let count = 1; count < 40; count += 1) {
		const { columns, width } = bestLayout(count, 1280, 720, 8);
		const rows = Math.ceil(count / columns);
		expect(columns * width + 8 * (columns - 1)).toBeLessThanOrEqual(1280);
		expect((rows * width * 9) / 16 + 8 * (rows - 1)).toBeLessThanOrEqual(720);
	}
});
