/** SRTP. */

/** How packets are protected (RFC 3711, RFC 7714). */
export type SrtpCryptoSuite =
	| 'AEAD_AES_256_GCM'
	| 'AEAD_AES_128_GCM'
	| 'AES_CM_128_HMAC_SHA1_80'
	| 'AES_CM_128_HMAC_SHA1_32';

/** A key, and what it is for. */
export type SrtpParameters = {
	cryptoSuite: SrtpCryptoSuite;
	/** Master key and salt in base64: 40 characters, or 60 with `AEAD_AES_256_GCM`. */
	keyBase64: string;
};
