import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { expose } from '../hook';
import { type Options, readOptions, roomLink } from '../options';
import { Conference } from '../room/conference';
import { say } from '../room/toasts';
import { Monitor } from '../stats/monitor';
import { type Entry, Lobby } from './lobby';
import { Stage } from './stage';
import { Toasts } from './toasts';

interface Stay {
	readonly conference: Conference;
	readonly monitor: Monitor;
}

/** The lobby, or a stay in a room. */
export function App() {
	const options = useMemo(() => readOptions(new URL(location.href)), []);
	const stay = useSignal<Stay | undefined>(undefined);

	const enter = (entry: Entry): void => {
		stay.value = begin({ ...options, ...entry });
	};
	useEffect(() => {
		if (options.autojoin && options.room !== '') {
			const { room, audio, video } = options;
			enter({ room, name: options.name === '' ? 'Guest' : options.name, audio, video });
		}
	}, []);
	const ended = stay.value?.conference.connection.value === 'ended';
	useEffect(() => {
		if (ended) {
			stay.value?.monitor.close();
			stay.value = undefined;
		}
	}, [ended]);

	return (
		<>
			{stay.value === undefined || ended ? (
				<Lobby options={options} enter={enter} />
			) : (
				<Stage conference={stay.value.conference} monitor={stay.value.monitor} />
			)}
			<Toasts />
		</>
	);
}

function begin(options: Options): Stay {
	const link = new URL(roomLink(location.origin, options.room));
	link.search = location.search;
	link.searchParams.delete('room');
	history.replaceState(undefined, '', link);
	document.title = `${options.room} · brodo`;
	const conference = new Conference(options);
	expose(conference);
	open(conference, options).catch((error: unknown) => {
		if (conference.connection.value !== 'ended') {
			console.error(error);
		}
	});
	return { conference, monitor: new Monitor(conference) };
}

/** Opens microphone and camera side by side with the connection; without them one still can listen. */
async function open(conference: Conference, { audio, video }: Options): Promise<void> {
	const wanted = [...(audio ? (['mic'] as const) : []), ...(video ? (['cam'] as const) : [])];
	for (const source of wanted) {
		try {
			await conference.local.open(source);
		} catch (error) {
			say(error instanceof Error ? error.message : `No ${source}`, 'bad');
		}
	}
	await conference.sendWhatIsOpen();
}
