import { describe, expect, it } from 'vitest';
import { Exchange, LostError, RefusedError } from './exchange';

describe('an exchange', () => {
	it('gives every answer to the one who asked, in any order', async () => {
		const exchange = new Exchange();
		const first = exchange.request('join', { displayName: 'Ann' });
		const second = exchange.request('ping', {});

		exchange.receive('{"id":2,"ok":true,"data":{"n":2}}');
		exchange.receive('{"id":1,"ok":true,"data":{"n":1}}');

		expect(JSON.parse(first.message)).toEqual({ id: 1, method: 'join', data: { displayName: 'Ann' } });
		expect(await first.answer).toEqual({ n: 1 });
		expect(await second.answer).toEqual({ n: 2 });
	});

	it('tells why a request was refused', async () => {
		const exchange = new Exchange();
		const asked = exchange.request('produce', {});

		exchange.receive('{"id":1,"ok":false,"error":{"reason":"join first"}}');

		await expect(asked.answer).rejects.toEqual(new RefusedError('produce', 'join first'));
	});

	it('passes notifications on', () => {
		const exchange = new Exchange();

		expect(exchange.receive('{"method":"peerClosed","data":{"peerId":"a"}}')).toEqual({
			method: 'peerClosed',
			data: { peerId: 'a' },
		});
	});

	it('leaves nobody waiting when the connection is lost', async () => {
		const exchange = new Exchange();
		const asked = exchange.request('ping', {});

		exchange.lose();

		await expect(asked.answer).rejects.toBeInstanceOf(LostError);
	});

	it('ignores an answer to nothing and throws on nonsense', () => {
		const exchange = new Exchange();

		expect(exchange.receive('{"id":9,"ok":true}')).toBeUndefined();
		expect(() => exchange.receive('[]')).toThrow('expected an object');
		expect(() => exchange.receive('{')).toThrow();
	});
});
