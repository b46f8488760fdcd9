/** What the page's address asks for. People see a room in it; tests set the rest. */

export type VideoCodec = 'vp8' | 'vp9' | 'h264' | 'av1';

export interface Options {
	readonly room: string;
	readonly name: string;
	/** Join without asking. */
	readonly autojoin: boolean;
	readonly audio: boolean;
	readonly video: boolean;
	/** The codec to send video with; without one the room's first. */
	readonly codec: VideoCodec | undefined;
	readonly forceTcp: boolean;
	/** Offer IPv6 candidates only. */
	readonly ipv6: boolean;
}

const CODECS: readonly VideoCodec[] = ['vp8', 'vp9', 'h264', 'av1'];

/** Reads `/r/ROOM?name=…` or `/?room=ROOM&name=…`. */
export function readOptions(address: URL): Options {
	const query = address.searchParams;
	const path = /^\/r\/([^/]+)\/?$/.exec(address.pathname);
	const codec = query.get('codec')?.toLowerCase();

	return {
		room: roomName(path?.[1] === undefined ? (query.get('room') ?? '') : decode(path[1])),
		name: (query.get('name') ?? '').slice(0, 64),
		autojoin: flag(query.get('autojoin'), false),
		audio: flag(query.get('audio'), true),
		video: flag(query.get('video'), true),
		codec: CODECS.find((known) => known === codec),
		forceTcp: flag(query.get('forceTcp'), false),
		ipv6: flag(query.get('ipv6'), false),
	};
}

/** A name that the server takes: what people type, with everything else turned into dashes. */
export function roomName(typed: string): string {
	return typed
		.trim()
		.replace(/[^A-Za-z0-9_.-]+/g, '-')
		.slice(0, 64);
}

/** The address to send to a friend. */
export function roomLink(origin: string, room: string): string {
	return `${origin}/r/${encodeURIComponent(room)}`;
}

function flag(value: string | null, otherwise: boolean): boolean {
	if (value === null) {
		return otherwise;
	}
	return value !== '0' && value !== 'false';
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
