/** Rates over time, from counters that only grow. */

import type { ReceivedStats, SentStats } from './report';

/** A minute at one sample a second. */
export const SAMPLES_MAX = 60;

export interface Sample {
	/** Seconds. */
	readonly time: number;
	/** Kilobits a second. */
	readonly bitrate: number | null;
	/** Percent of the packets of this interval. */
	readonly loss: number | null;
	/** Milliseconds. */
	readonly rtt: number | null;
}

/** Counters of a stream at a time. */
export interface Counters {
	readonly time: number;
	readonly bytes: number;
	readonly packets: number;
	readonly lost: number;
	/** Seconds. */
	readonly rtt: number | undefined;
}

export interface History {
	readonly last: Counters;
	readonly samples: readonly Sample[];
}

export function receivedCounters(time: number, stats: ReceivedStats, rtt: number | undefined): Counters {
	return {
		time,
		bytes: stats.bytesReceived ?? 0,
		packets: stats.packetsReceived ?? 0,
		lost: stats.packetsLost ?? 0,
		rtt,
	};
}

export function sentCounters(time: number, stats: SentStats, rtt: number | undefined): Counters {
	return {
		time,
		bytes: stats.bytesSent ?? 0,
		packets: (stats.packetsSent ?? 0) - (stats.packetsLost ?? 0),
		lost: stats.packetsLost ?? 0,
		rtt: stats.rtt ?? rtt,
	};
}

/** The history with one sample more. Counters that fell back belong to a new stream: it starts again. */
export function extended(history: History | undefined, now: Counters): History {
	if (history === undefined || now.bytes < history.last.bytes) {
		return { last: now, samples: [] };
	}
	const { last, samples } = history;
	const seconds = now.time - last.time;
	if (seconds <= 0) {
		return history;
	}
	const arrived = Math.max(0, now.packets - last.packets);
	// A late packet takes a loss back.
	const lost = Math.max(0, now.lost - last.lost);
	const sample: Sample = {
		time: now.time,
		bitrate: ((now.bytes - last.bytes) * 8) / seconds / 1000,
		loss: arrived + lost === 0 ? null : (100 * lost) / (arrived + lost),
		rtt: now.rtt === undefined ? null : now.rtt * 1000,
	};
	return { last: now, samples: [...samples, sample].slice(-SAMPLES_MAX) };
}
