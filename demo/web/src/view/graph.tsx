import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

interface GraphProps {
	readonly times: readonly number[];
	readonly values: readonly (number | null)[];
	readonly colour: string;
}

const WIDTH_PX = 120;
const HEIGHT_PX = 28;

/** A line without axes, as high as its highest value. */
export function Graph({ times, values, colour }: GraphProps) {
	const holder = useRef<HTMLDivElement>(null);
	const plot = useRef<uPlot | undefined>(undefined);

	useEffect(() => {
		if (holder.current === null) {
			return undefined;
		}
		plot.current = new uPlot(
			{
				width: WIDTH_PX,
				height: HEIGHT_PX,
				padding: [2, 0, 2, 0],
				legend: { show: false },
				cursor: { show: false },
				axes: [{ show: false }, { show: false }],
				scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, max > 0 ? max : 1] } },
				series: [{}, { stroke: colour, fill: `${colour}33`, width: 1.5, points: { show: false } }],
			},
			[[], []],
			holder.current,
		);
		return () => plot.current?.destroy();
	}, [colour]);
	useEffect(() => plot.current?.setData([[...times], [...values]]), [times, values]);

	return <div class="graph" ref={holder} />;
}
