import { describe, expect, it } from 'vitest';
import { type Counters, extended, type History, SAMPLES_MAX } from './history';

describe('a history', () => {
	it('turns counters into rates', () => {
		const history = extended(extended(undefined, counters(10, 0)), {
			...counters(12, 25_000),
			packets: 90,
			lost: 10,
			rtt: 0.03,
		});

		expect(history.samples).toEqual([{ time: 12, bitrate: 100, loss: 10, rtt: 30 }]);
	});

	it('says nothing about loss while nothing is sent', () => {
		const history = extended(extended(undefined, counters(1, 5)), counters(2, 5));

		expect(history.samples).toEqual([{ time: 2, bitrate: 0, loss: null, rtt: null }]);
	});

	it('starts again with a new stream', () => {
		const history = extended(extended(extended(undefined, counters(1, 0)), counters(2, 500)), counters(3, 10));

		expect(history.samples).toEqual([]);
	});

	it('is no longer than a minute', () => {
		let history: History | undefined;
		for (let time = 0; time < 3 * SAMPLES_MAX; time += 1) {
			history = extended(history, counters(time, time));
		}

		expect(history?.samples).toHaveLength(SAMPLES_MAX);
	});
});

function counters(time: number, bytes: number): Counters {
	return { time, bytes, packets: 0, lost: 0, rtt: undefined };
}
