// @ts-check
/** What this machine's network can do. Nothing ever leaves the machine; it is about its own addresses. */

import { networkInterfaces } from 'node:os';

/** Why tests that need more than loopback addresses are skipped; `false` if they run. @returns {string | false} */
export function missingNetwork() {
	return own('IPv4').length > 0 ? false : 'this machine has only loopback addresses, and Firefox uses none of them';
}

/** Why tests over IPv6 are skipped; `false` if they run. @returns {string | false} */
export function missingIpv6() {
	const found = own('IPv6').filter(({ address }) => !address.startsWith('fe80'));
	return found.length > 0 ? false : 'this machine has no IPv6 address but loopback and link-local ones';
}

/** An IPv4 address that both browsers reach: not the loopback address if there is another. */
export function ownAddress() {
	return own('IPv4')[0]?.address ?? '127.0.0.1';
}

/** @param {'IPv4' | 'IPv6'} wanted */
function own(wanted) {
	const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
	return addresses.filter(({ family, internal }) => family === wanted && !internal);
}
