/** Short messages that go away by themselves. */

import { signal } from '@preact/signals';

export type Mood = 'good' | 'bad' | 'plain';

export interface Toast {
	readonly id: number;
	readonly message: string;
	readonly mood: Mood;
}

const LIFETIME_MS = 4_000;

/** More than this at once nobody reads; the oldest goes. */
const TOASTS_MAX = 4;

export const toasts = signal<readonly Toast[]>([]);

let lastId = 0;

export function say(message: string, mood: Mood): void {
	lastId += 1;
	const id = lastId;
	toasts.value = [...toasts.value, { id, message, mood }].slice(-TOASTS_MAX);
	setTimeout(() => {
		toasts.value = toasts.value.filter((toast) => toast.id !== id);
	}, LIFETIME_MS);
}
