import { toasts } from '../room/toasts';

export function Toasts() {
	return (
		<div class="toasts" role="status" aria-live="polite">
			{toasts.value.map(({ id, message, mood }) => (
				<div key={id} class={`toast ${mood}`}>
					{message}
				</div>
			))}
		</div>
	);
}
