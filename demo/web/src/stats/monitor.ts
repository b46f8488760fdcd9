/** Looks at the browser's statistics again and again, for the tiles. */

import { signal } from '@preact/signals';
import type { Fields } from '../parse';
import type { Conference } from '../room/conference';
import { extended, type History, receivedCounters, sentCounters } from './history';
import { joined, type ReceivedStats, type Report, reduceStats, type SentStats } from './report';

/** Often enough for a border that follows a voice. */
const INTERVAL_MS = 250;
/** Graphs take every so many looks: one a second. */
const LOOKS_PER_SAMPLE = 4;

/** What a voice is, as against a room's noise. */
const SPEAKING_LEVEL = 0.02;
/** Silence between two words is not the end. */
const SPEAKING_HOLD_MS = 600;

export interface StreamStats {
	readonly sent: SentStats | undefined;
	readonly received: ReceivedStats | undefined;
	readonly history: History;
}

export class Monitor {
	/** By `s:MID` for what we send and `r:MID` for what we receive. */
	readonly streams = signal<ReadonlyMap<string, StreamStats>>(new Map());
	/** The keys of streams with a voice in them. */
	readonly speaking = signal<ReadonlySet<string>>(new Set());
	readonly #conference: Conference;
	readonly #heard = new Map<string, number>();
	readonly #timer: ReturnType<typeof setInterval>;
	#looks = 0;
	#busy = false;

	constructor(conference: Conference) {
		this.#conference = conference;
		this.#timer = setInterval(() => {
			this.#look().catch((error: unknown) => console.warn('statistics', error));
		}, INTERVAL_MS);
	}

	close(): void {
		clearInterval(this.#timer);
	}

	async #look(): Promise<void> {
		if (this.#busy) {
			return;
		}
		this.#busy = true;
		try {
			const report = await currentStats(this.#conference);
			this.#listen(report);
			if (this.#looks % LOOKS_PER_SAMPLE === 0) {
				this.#sample(report);
			}
			this.#looks += 1;
		} finally {
			this.#busy = false;
		}
	}

	#listen(report: Report): void {
		const now = performance.now();
		const levels = [
			...report.sent.map((one) => [`s:${one.mid}`, one.audioLevel] as const),
			...report.received.map((one) => [`r:${one.mid}`, one.audioLevel] as const),
		];
		for (const [key, level] of levels) {
			if (level !== undefined && level > SPEAKING_LEVEL) {
				this.#heard.set(key, now);
			}
		}
		const speaking = levels.map(([key]) => key).filter((key) => now - (this.#heard.get(key) ?? -Infinity) < SPEAKING_HOLD_MS);
		const before = this.speaking.value;
		if (speaking.length !== before.size || speaking.some((key) => !before.has(key))) {
			this.speaking.value = new Set(speaking);
		}
	}

	#sample(report: Report): void {
		const time = performance.now() / 1000;
		const before = this.streams.value;
		const rtt = report.transports.find((one) => one.rtt !== undefined)?.rtt;
		const next = new Map<string, StreamStats>();
		for (const sent of report.sent) {
			const key = `s:${sent.mid}`;
			const history = extended(before.get(key)?.history, sentCounters(time, sent, rtt));
			next.set(key, { sent, received: undefined, history });
		}
		for (const received of report.received) {
			const key = `r:${received.mid}`;
			const history = extended(before.get(key)?.history, receivedCounters(time, received, rtt));
			next.set(key, { sent: undefined, received, history });
		}
		this.streams.value = next;
	}
}

/** The statistics of both transports, now. */
export async function currentStats(conference: Conference): Promise<Report> {
	const reports = await Promise.all([conference.send.getStats(), conference.receive.getStats()]);
	return joined(reports.flatMap((report) => (report === undefined ? [] : [reduceStats(entriesOf(report))])));
}

function entriesOf(report: RTCStatsReport): readonly Fields[] {
	const entries: Fields[] = [];
	report.forEach((entry: Fields) => entries.push(entry));
	return entries;
}
