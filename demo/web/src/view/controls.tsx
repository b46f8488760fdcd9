import type { Conference } from '../room/conference';
import type { Source } from '../room/roster';
import { Icon, type IconName } from './icons';

/** The row of round buttons. */
export function Controls({ conference }: { readonly conference: Conference }) {
	return (
		<nav class="controls">
			<Toggle conference={conference} source="mic" on="mic" off="mic-off" label="Microphone" />
			<Toggle conference={conference} source="cam" on="cam" off="cam-off" label="Camera" />
			<Toggle conference={conference} source="screen" on="screen" off="screen" label="Share screen" />
			<button class="round leave" aria-label="Leave" title="Leave" onClick={() => conference.leave()}>
				<Icon name="leave" />
			</button>
		</nav>
	);
}

interface ToggleProps {
	readonly conference: Conference;
	readonly source: Source;
	readonly on: IconName;
	readonly off: IconName;
	readonly label: string;
}

function Toggle({ conference: { local }, source, on, off, label }: ToggleProps) {
	const isOn = local.isOn(source);
	return (
		<button
			class={isOn ? `round on ${source}` : `round off ${source}`}
			aria-label={label}
			aria-pressed={isOn}
			title={label}
			onClick={() => {
				local.toggle(source).catch((error: unknown) => console.error(error));
			}}
		>
			<Icon name={isOn ? on : off} />
		</button>
	);
}
