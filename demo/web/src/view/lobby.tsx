import { useSignal } from '@preact/signals';
import { type Options, roomName } from '../options';
import { Icon } from './icons';

export interface Entry {
	readonly room: string;
	readonly name: string;
	readonly audio: boolean;
	readonly video: boolean;
}

const NAME_KEY = 'brodo.name';

/** Who are you, and where to? */
export function Lobby({ options, enter }: { readonly options: Options; readonly enter: (entry: Entry) => void }) {
	const name = useSignal(options.name === '' ? (localStorage.getItem(NAME_KEY) ?? '') : options.name);
	const room = useSignal(options.room === '' ? suggestion() : options.room);
	const audio = useSignal(options.audio);
	const video = useSignal(options.video);

	const submit = (event: Event): void => {
		event.preventDefault();
		const entry = { room: roomName(room.value), name: name.value.trim(), audio: audio.value, video: video.value };
		if (entry.room !== '' && entry.name !== '') {
			localStorage.setItem(NAME_KEY, entry.name);
			enter(entry);
		}
	};

	return (
		<main class="lobby">
			<form class="card" onSubmit={submit}>
				<h1>
					<Icon name="pot" /> brodo
				</h1>
				<p class="quiet">A room to talk in. Everybody with the link can come in.</p>
				<label>
					Your name
					<input
						name="name"
						value={name.value}
						onInput={(event) => (name.value = event.currentTarget.value)}
						maxLength={64}
						autoComplete="nickname"
						required
						autoFocus
					/>
				</label>
				<label>
					Room
					<input
						name="room"
						value={room.value}
						onInput={(event) => (room.value = event.currentTarget.value)}
						maxLength={64}
						autoComplete="off"
						spellcheck={false}
						required
					/>
				</label>
				<div class="choices">
					<Choice label="Microphone" on={audio.value} icon="mic" toggle={() => (audio.value = !audio.value)} />
					<Choice label="Camera" on={video.value} icon="cam" toggle={() => (video.value = !video.value)} />
				</div>
				<button class="primary" type="submit">
					Join
				</button>
			</form>
		</main>
	);
}

interface ChoiceProps {
	readonly label: string;
	readonly icon: 'mic' | 'cam';
	readonly on: boolean;
	readonly toggle: () => void;
}

function Choice({ label, icon, on, toggle }: ChoiceProps) {
	return (
		<button type="button" class={on ? 'choice on' : 'choice'} aria-pressed={on} onClick={toggle}>
			<Icon name={on ? icon : `${icon}-off`} /> {label}
		</button>
	);
}

/** A room that is probably nobody's, and easy to say on the phone. */
function suggestion(): string {
	const warm = ['warm', 'golden', 'quiet', 'hearty', 'sunny', 'slow'];
	const dish = ['broth', 'ramen', 'minestrone', 'pho', 'borscht', 'chowder'];
	const pick = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] ?? 'soup';
	return `${pick(warm)}-${pick(dish)}-${Math.floor(100 + Math.random() * 900)}`;
}
