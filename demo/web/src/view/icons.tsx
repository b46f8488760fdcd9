/** Line drawings on a 24 by 24 grid. */

const PATHS = {
	mic: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
	'mic-off': 'M9 9V6a3 3 0 0 1 6 0v5M9 11a3 3 0 0 0 4 2.8M6 11a6 6 0 0 0 9.5 4.9M18 11c0 1-.2 1.900-.6 2.700M12 17v4M4 4l16 16',
	cam: 'M4 7h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM15 11l6-4v10l-6-4',
	'cam-off': 'M9 7h5a1 1 0 0 1 1 1v4M15 13l6 4V7l-5 3.300M14 17H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1M4 4l16 16',
	screen: 'M3 5h18v11H3zM8 20h8M12 16v4M9 11l3-3 3 3M12 8v6',
	leave: 'M3 15c0-6 18-6 18 0l-1 2-4-1v-3c-2-1-6-1-8 0v3l-4 1z',
	link: 'M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1',
	stats: 'M4 20V10M10 20V4M16 20v-7M21 20H3',
	close: 'M6 6l12 12M18 6L6 18',
	pot: 'M4 11h16v5a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4zM2 11h20M9 7c-1-1 1-2 0-4M12 7c-1-1 1-2 0-4M15 7c-1-1 1-2 0-4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
	return (
		<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
			<path d={PATHS[name]} />
		</svg>
	);
}
