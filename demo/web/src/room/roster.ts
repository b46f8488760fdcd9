/** Who is in the room and what they send, as values. */

import type { types } from 'mediasoup-client';
import { type Fields, fields, list, oneOf, text } from '../parse';

export type Source = 'mic' | 'cam' | 'screen';

/** Something that somebody sends. */
export interface Offer {
	readonly producerId: string;
	readonly kind: 'audio' | 'video';
	readonly source: Source;
	readonly paused: boolean;
}

export interface Media extends Offer {
	/** What we receive of it; none until that is set up, or if we cannot. */
	readonly consumer: types.Consumer | undefined;
	/** Why we receive none of it. */
	readonly problem: string | undefined;
}

export interface Peer {
	readonly id: string;
	readonly displayName: string;
	readonly media: readonly Media[];
}

export type Roster = readonly Peer[];

export interface Arrival {
	readonly id: string;
	readonly displayName: string;
	readonly offers: readonly Offer[];
}

const KINDS = ['audio', 'video'] as const;
const SOURCES = ['mic', 'cam', 'screen'] as const;

export function parseOffer(data: Fields): Offer {
	return {
		producerId: text(data, 'producerId'),
		kind: oneOf(data, 'kind', KINDS),
		source: oneOf(data, 'source', SOURCES),
		paused: data['paused'] === true,
	};
}

/** The answer to `join`. */
export function parseArrivals(data: Fields): readonly Arrival[] {
	return list(data, 'peers').map((value) => {
		const peer = fields(value);
		return {
			id: text(peer, 'peerId'),
			displayName: text(peer, 'displayName'),
			offers: list(peer, 'producers').map((offer) => parseOffer(fields(offer))),
		};
	});
}

export function withPeer(roster: Roster, id: string, displayName: string): Roster {
	if (roster.some((peer) => peer.id === id)) {
		return roster;
	}
	return [...roster, { id, displayName, media: [] }];
}

export function withoutPeer(roster: Roster, id: string): Roster {
	return roster.filter((peer) => peer.id !== id);
}

export function withOffer(roster: Roster, peerId: string, offer: Offer): Roster {
	return mapPeer(roster, peerId, (peer) => {
		if (peer.media.some((media) => media.producerId === offer.producerId)) {
			return peer;
		}
		return { ...peer, media: [...peer.media, { ...offer, consumer: undefined, problem: undefined }] };
	});
}

export function withoutMedia(roster: Roster, producerId: string): Roster {
	return roster.map((peer) => {
		const media = peer.media.filter((one) => one.producerId !== producerId);
		return media.length === peer.media.length ? peer : { ...peer, media };
	});
}

/** Changes the one piece of media that `matches`. */
export function withMedia(
	roster: Roster,
	matches: (media: Media) => boolean,
	change: Partial<Pick<Media, 'paused' | 'consumer' | 'problem'>>,
): Roster {
	return roster.map((peer) => {
		if (!peer.media.some(matches)) {
			return peer;
		}
		return { ...peer, media: peer.media.map((one) => (matches(one) ? { ...one, ...change } : one)) };
	});
}

export function allMedia(roster: Roster): readonly Media[] {
	return roster.flatMap((peer) => peer.media);
}

/**
 * What is there after a time without news: the peers of `arrivals`, with what we received of them
 * already. What is gone is for the caller to close.
 */
export function caughtUp(
	roster: Roster,
	arrivals: readonly Arrival[],
): { readonly roster: Roster; readonly gone: readonly Media[] } {
	const known = new Map(allMedia(roster).map((media) => [media.producerId, media]));
	const next = arrivals.map((arrival) => ({
		id: arrival.id,
		displayName: arrival.displayName,
		media: arrival.offers.map((offer) => {
			const before = known.get(offer.producerId);
			return { ...offer, consumer: before?.consumer, problem: before?.problem };
		}),
	}));
	const still = new Set(allMedia(next).map((media) => media.producerId));
	return { roster: next, gone: [...known.values()].filter((media) => !still.has(media.producerId)) };
}

function mapPeer(roster: Roster, id: string, change: (peer: Peer) => Peer): Roster {
	return roster.map((peer) => (peer.id === id ? change(peer) : peer));
}
