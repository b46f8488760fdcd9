import { describe, expect, it } from 'vitest';
import { readOptions, roomLink, roomName } from './options';

describe('options', () => {
	it('are sensible without any', () => {
		expect(readOptions(new URL('http://localhost:3000/'))).toEqual({
			room: '',
			name: '',
			autojoin: false,
			audio: true,
			video: true,
			codec: undefined,
			forceTcp: false,
			ipv6: false,
		});
	});

	it('come from the query', () => {
		const address = 'http://h/?room=a&name=Ann&autojoin=1&video=0&audio=1&codec=VP9&forceTcp=1&ipv6=1';

		expect(readOptions(new URL(address))).toEqual({
			room: 'a',
			name: 'Ann',
			autojoin: true,
			audio: true,
			video: false,
			codec: 'vp9',
			forceTcp: true,
			ipv6: true,
		});
	});

	it('take the room from a link, whatever is in it', () => {
		expect(readOptions(new URL('http://h/r/kitchen%20table')).room).toBe('kitchen-table');
		expect(readOptions(new URL('http://h/r/%E0%A4%A')).room).toBe('-E0-A4-A');
	});

	it('know no codec that nobody has', () => {
		expect(readOptions(new URL('http://h/?codec=h266')).codec).toBeUndefined();
	});
});

describe('a room', () => {
	it('has a name that fits into an address', () => {
		expect(roomName('  Käse & Brot ')).toBe('K-se-Brot');
		expect(roomLink('http://h', 'a.b')).toBe('http://h/r/a.b');
	});
});
