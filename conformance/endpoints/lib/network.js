// @ts-check
/** What this machine's network can do. */

import { networkInterfaces } from 'node:os';

/** Why tests over IPv6 are skipped; `false` if they run. @returns {string | false} */
export function missingIpv6() {
	const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
	return addresses.some(({ family }) => family === 'IPv6') ? false : 'this machine has no IPv6 address';
}
