import { useSignal } from '@preact/signals';
import type { Monitor } from '../stats/monitor';
import { Icon } from './icons';
import { Panel } from './panel';
import { Sound, Video } from './playback';

export interface TileProps {
	readonly name: string;
	readonly mirrored: boolean;
	readonly muted: boolean;
	readonly video: MediaStreamTrack | undefined;
	readonly audio: MediaStreamTrack | undefined;
	/** Where their statistics are in the monitor. */
	readonly videoStats: string | undefined;
	readonly audioStats: string | undefined;
	readonly problem: string | undefined;
	readonly monitor: Monitor;
}

/** One face, or one screen. */
export function Tile({ name, mirrored, muted, video, audio, videoStats, audioStats, problem, monitor }: TileProps) {
	const open = useSignal(false);
	const speaking = !muted && audioStats !== undefined && monitor.speaking.value.has(audioStats);

	return (
		<section class={speaking ? 'tile speaking' : 'tile'} aria-label={name}>
			{video === undefined ? <Initials name={name} /> : <Video track={video} mirrored={mirrored} />}
			{audio === undefined ? null : <Sound track={audio} />}
			<footer>
				<span class="name">
					{muted ? <Icon name="mic-off" /> : null}
					{name}
				</span>
				<button class="small" aria-label={`Statistics of ${name}`} onClick={() => (open.value = !open.value)}>
					<Icon name={open.value ? 'close' : 'stats'} />
				</button>
			</footer>
			{problem === undefined ? null : <p class="problem">{problem}</p>}
			{open.value ? <Panel monitor={monitor} video={videoStats} audio={audioStats} /> : null}
		</section>
	);
}

function Initials({ name }: { readonly name: string }) {
	const words = name.replace(/\(.*\)/, '').trim().split(/\s+/);
	const initials = words.slice(0, 2).map((word) => [...word][0]?.toUpperCase() ?? '');
	const hue = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
	return (
		<div class="initials">
			<span style={{ background: `hsl(${hue} 42% 38%)` }}>{initials.join('')}</span>
		</div>
	);
}
