// @ts-check
/**
 * Where media is received. A browser gathers no loopback candidates, and from its LAN address it often cannot
 * reach 127.0.0.1; so all addresses of this machine are offered, UDP first.
 */

import { networkInterfaces } from 'node:os';

/** @typedef {import('brodo').types.TransportListenInfo} ListenInfo */

/** @returns {ListenInfo[]} */
export function listenInfos() {
	const found = Object.values(networkInterfaces())
		.flatMap((all) => all ?? [])
		.filter(({ address }) => !address.startsWith('fe80'))
		.map(({ address }) => address);
	const ips = ['127.0.0.1', ...new Set(found.filter((ip) => ip !== '127.0.0.1'))];
	return /** @type {const} */ (['udp', 'tcp']).flatMap((protocol) => ips.map((ip) => ({ protocol, ip })));
}

/** Where a plain transport listens. @type {ListenInfo} */
export const PLAIN_LISTEN_INFO = { protocol: 'udp', ip: '127.0.0.1' };
