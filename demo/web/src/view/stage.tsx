import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { roomLink } from '../options';
import type { Conference } from '../room/conference';
import type { Media, Peer } from '../room/roster';
import { say } from '../room/toasts';
import type { Monitor } from '../stats/monitor';
import { Controls } from './controls';
import { Icon } from './icons';
import { bestLayout } from './layout';
import { Tile, type TileProps } from './tile';

const GAP_PX = 12;

interface StageProps {
	readonly conference: Conference;
	readonly monitor: Monitor;
}

const CONNECTION_TEXT = {
	connecting: 'Connecting…',
	connected: 'Connected',
	reconnecting: 'Reconnecting…',
	ended: 'Left',
} as const;

/** Everybody, in a grid. */
export function Stage({ conference, monitor }: StageProps) {
	const grid = useRef<HTMLDivElement>(null);
	const size = useSignal({ width: 0, height: 0 });
	useEffect(() => {
		const observer = new ResizeObserver(([entry]) => {
			if (entry !== undefined) {
				size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
			}
		});
		if (grid.current !== null) {
			observer.observe(grid.current);
		}
		return () => observer.disconnect();
	}, []);

	const tiles = [...ownTiles(conference), ...conference.roster.value.flatMap(remoteTiles)];
	const layout = bestLayout(tiles.length, size.value.width, size.value.height, GAP_PX);
	const connection = conference.connection.value;

	return (
		<main class="stage">
			<header>
				<span class="brand">
					<Icon name="pot" /> brodo
				</span>
				<span class="room">{conference.options.room}</span>
				<button class="small" onClick={() => copyLink(conference.options.room)}>
					<Icon name="link" /> Copy link
				</button>
				<span class={`connection ${connection}`}>{CONNECTION_TEXT[connection]}</span>
			</header>
			<div class="grid" ref={grid}>
				<div class="tiles" style={{ gridTemplateColumns: `repeat(${layout.columns}, ${layout.width}px)`, gap: `${GAP_PX}px` }}>
					{tiles.map(({ key, ...tile }) => (
						<Tile key={key} monitor={monitor} {...tile} />
					))}
				</div>
			</div>
			<Controls conference={conference} />
		</main>
	);
}

type Shown = Omit<TileProps, 'monitor'> & { readonly key: string };

function ownTiles(conference: Conference): readonly Shown[] {
	const { local, options } = conference;
	const [mic, cam, screen] = (['mic', 'cam', 'screen'] as const).map((source) => local.find(source));
	const key = (one: typeof mic): string | undefined =>
		one?.producer?.localId === undefined ? undefined : `s:${one.producer.localId}`;
	const self: Shown = {
		key: 'self',
		name: `${options.name} (you)`,
		mirrored: true,
		muted: mic?.muted !== false,
		video: cam?.muted === false ? cam.track : undefined,
		audio: undefined,
		videoStats: key(cam),
		audioStats: key(mic),
		problem: undefined,
	};
	if (screen === undefined) {
		return [self];
	}
	const shared: Shown = {
		...self,
		key: 'self-screen',
		name: 'Your screen',
		mirrored: false,
		muted: false,
		video: screen.track,
		videoStats: key(screen),
		audioStats: undefined,
	};
	return [self, shared];
}

function remoteTiles(peer: Peer): readonly Shown[] {
	const of = (source: Media['source']): Media | undefined => peer.media.find((media) => media.source === source);
	const [mic, cam] = [of('mic'), of('cam')];
	const face: Shown = {
		key: peer.id,
		name: peer.displayName,
		mirrored: false,
		muted: mic === undefined || mic.paused,
		video: trackOf(cam),
		audio: mic?.consumer?.track,
		videoStats: statsOf(cam),
		audioStats: statsOf(mic),
		problem: cam?.problem ?? mic?.problem,
	};
	const screens = peer.media.filter((media) => media.source === 'screen').map((media) => ({
		...face,
		key: media.producerId,
		name: `${peer.displayName}’s screen`,
		muted: false,
		video: trackOf(media),
		audio: undefined,
		videoStats: statsOf(media),
		audioStats: undefined,
		problem: media.problem,
	}));
	return [face, ...screens];
}

function trackOf(media: Media | undefined): MediaStreamTrack | undefined {
	return media === undefined || media.paused ? undefined : media.consumer?.track;
}

function statsOf(media: Media | undefined): string | undefined {
	return media?.consumer === undefined ? undefined : `r:${media.consumer.localId}`;
}

function copyLink(room: string): void {
	const link = roomLink(location.origin, room);
	navigator.clipboard.writeText(link).then(
		() => say('Link copied', 'good'),
		() => say(link, 'plain'),
	);
}
