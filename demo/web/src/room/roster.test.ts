import { describe, expect, it } from 'vitest';
import {
	allMedia,
	type Arrival,
	caughtUp,
	type Offer,
	parseArrivals,
	type Roster,
	withMedia,
	withOffer,
	withoutMedia,
	withoutPeer,
	withPeer,
} from './roster';

describe('a roster', () => {
	it('follows who comes, sends, pauses, stops and goes', () => {
		let roster: Roster = [];

		roster = withPeer(roster, 'a', 'Ann');
		roster = withPeer(roster, 'a', 'Ann again');
		roster = withOffer(roster, 'a', offer('m'));
		roster = withOffer(roster, 'a', offer('m'));
		roster = withOffer(roster, 'a', offer('c'));
		expect(roster).toHaveLength(1);
		expect(allMedia(roster).map((media) => media.producerId)).toEqual(['m', 'c']);

		roster = withMedia(roster, (media) => media.producerId === 'c', { paused: true });
		expect(allMedia(roster).map((media) => media.paused)).toEqual([false, true]);

		roster = withoutMedia(roster, 'm');
		expect(allMedia(roster).map((media) => media.producerId)).toEqual(['c']);

		expect(withoutPeer(roster, 'a')).toEqual([]);
	});

	it('after a time without news keeps what is still there and names what is gone', () => {
		const before = withOffer(withOffer(withPeer([], 'a', 'Ann'), 'a', offer('old')), 'a', offer('kept'));
		const problem = withMedia(before, (media) => media.producerId === 'kept', { problem: 'no such codec' });
		const arrivals: Arrival[] = [{ id: 'a', displayName: 'Ann', offers: [offer('kept'), offer('new')] }];

		const { roster, gone } = caughtUp(problem, arrivals);

		expect(gone.map((media) => media.producerId)).toEqual(['old']);
		expect(allMedia(roster).map((media) => [media.producerId, media.problem])).toEqual([
			['kept', 'no such codec'],
			['new', undefined],
		]);
	});

	it('is read from the answer to a join', () => {
		const producers = [{ producerId: 'p', kind: 'video', source: 'screen', paused: true }];
		const peers = [{ peerId: 'b', displayName: 'Bob', producers }];

		expect(parseArrivals({ peers })).toEqual([{ id: 'b', displayName: 'Bob', offers: producers }]);
		expect(() => parseArrivals({ peers: [{}] })).toThrow('peerId: expected a string');
	});
});

function offer(producerId: string): Offer {
	return { producerId, kind: 'video', source: 'cam', paused: false };
}
