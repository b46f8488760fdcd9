/** SRTP keys on their way to the worker. */

import type { SrtpCryptoSuite, SrtpParameters } from './types/srtp';
import { text } from './wire';

const SUITES: readonly SrtpCryptoSuite[] = [
	'AEAD_AES_256_GCM',
	'AEAD_AES_128_GCM',
	'AES_CM_128_HMAC_SHA1_80',
	'AES_CM_128_HMAC_SHA1_32',
];

/** A suite that we know. Throws a `TypeError` if it is none. */
export function wireCryptoSuite(suite: unknown, field: string): SrtpCryptoSuite {
	if (!SUITES.includes(suite as SrtpCryptoSuite)) {
		throw new TypeError(`${field}: unknown SRTP crypto suite ${suite}`);
	}
	return suite as SrtpCryptoSuite;
}

/** A key, if there is one. Throws a `TypeError` if it is malformed. */
export function wireSrtpParameters(parameters: SrtpParameters | undefined): SrtpParameters | null {
	if (parameters === undefined || parameters === null) {
		return null;
	}
	const { cryptoSuite, keyBase64 } = parameters;
	return {
		cryptoSuite: wireCryptoSuite(cryptoSuite, 'srtpParameters.cryptoSuite'),
		keyBase64: text(keyBase64, 'srtpParameters.keyBase64'),
	};
}
