/** How many columns make the tiles largest. */

export interface Layout {
	readonly columns: number;
	/** Pixels. */
	readonly width: number;
}

const ASPECT = 16 / 9;

export function bestLayout(count: number, width: number, height: number, gap: number): Layout {
	let best: Layout = { columns: 1, width: 0 };
	for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
		const rows = Math.ceil(Math.max(1, count) / columns);
		const byWidth = (width - gap * (columns - 1)) / columns;
		const byHeight = ((height - gap * (rows - 1)) / rows) * ASPECT;
		const tile = Math.floor(Math.min(byWidth, byHeight));
		if (tile > best.width) {
			best = { columns, width: tile };
		}
	}
	return best;
}
