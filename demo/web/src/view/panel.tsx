import type { Sample } from '../stats/history';
import type { Monitor, StreamStats } from '../stats/monitor';
import { Graph } from './graph';

interface PanelProps {
	readonly monitor: Monitor;
	readonly video: string | undefined;
	readonly audio: string | undefined;
}

/** What a tile's media costs and how well it arrives. */
export function Panel({ monitor, video, audio }: PanelProps) {
	const streams = monitor.streams.value;
	const [picture, sound] = [video, audio].map((key) => (key === undefined ? undefined : streams.get(key)));
	const main = picture ?? sound;
	if (main === undefined) {
		return <aside class="panel quiet">Nothing flows here.</aside>;
	}
	const samples = main.history.samples;

	return (
		<aside class="panel">
			<dl>
				{picture === undefined ? null : <Line term="Video" text={describeVideo(picture)} />}
				{sound === undefined ? null : <Line term="Audio" text={describeAudio(sound)} />}
			</dl>
			<Row label="Bitrate" unit="kb/s" digits={0} samples={samples} pick={(one) => one.bitrate} colour="#f2a65a" />
			<Row label="Loss" unit="%" digits={1} samples={samples} pick={(one) => one.loss} colour="#ef6f6c" />
			<Row label="RTT" unit="ms" digits={0} samples={samples} pick={(one) => one.rtt} colour="#6cb8ef" />
		</aside>
	);
}

function Line({ term, text }: { readonly term: string; readonly text: string }) {
	return (
		<>
			<dt>{term}</dt>
			<dd>{text}</dd>
		</>
	);
}

interface RowProps {
	readonly label: string;
	readonly unit: string;
	readonly digits: number;
	readonly samples: readonly Sample[];
	readonly pick: (sample: Sample) => number | null;
	readonly colour: string;
}

function Row({ label, unit, digits, samples, pick, colour }: RowProps) {
	const last = samples.at(-1);
	const value = last === undefined ? null : pick(last);
	return (
		<div class="row">
			<span>{label}</span>
			<Graph times={samples.map((one) => one.time)} values={samples.map(pick)} colour={colour} />
			<span class="value">{value === null ? '–' : `${value.toFixed(digits)} ${unit}`}</span>
		</div>
	);
}

function describeVideo({ sent, received }: StreamStats): string {
	const stats = received ?? sent;
	if (stats === undefined) {
		return '';
	}
	const size = stats.frameWidth === undefined ? [] : [`${stats.frameWidth}×${stats.frameHeight ?? 0}`];
	const rate = stats.framesPerSecond === undefined ? [] : [`${Math.round(stats.framesPerSecond)} fps`];
	return [shortName(stats.codec), ...size, ...rate].join(' · ');
}

function describeAudio({ sent, received, history }: StreamStats): string {
	const bitrate = history.samples.at(-1)?.bitrate;
	const rate = bitrate === undefined || bitrate === null ? [] : [`${bitrate.toFixed(0)} kb/s`];
	const jitter = received?.jitter === undefined ? [] : [`jitter ${(received.jitter * 1000).toFixed(0)} ms`];
	return [shortName((received ?? sent)?.codec), ...rate, ...jitter].join(' · ');
}

function shortName(codec: string | undefined): string {
	return codec?.split('/')[1] ?? '…';
}
