/** When two descriptions mean the same codec. */

import { sameProfile } from './h264.js';
import type { CodecSpecificParameters } from './types.js';

/** What every description of a codec has. */
export interface CodecView {
	readonly mimeType: string;
	readonly clockRate: number;
	readonly channels?: number;
	readonly parameters?: CodecSpecificParameters;
}

/** Whether two codecs match; strictly means down to profiles. */
export function codecsMatch(a: CodecView, b: CodecView, how: { readonly strict: boolean }): boolean {
	const mimeType = a.mimeType.toLowerCase();
	if (
		mimeType !== b.mimeType.toLowerCase() ||
		a.clockRate !== b.clockRate ||
		channels(a) !== channels(b)
	) {
		return false;
	}
	// Compared without conversion: the text `1` is not the number 1.
	const same = (name: string, missing?: number) =>
		(parametersOf(a)[name] ?? missing) === (parametersOf(b)[name] ?? missing);
	if (mimeType === 'audio/multiopus') {
		return same('num_streams') && same('coupled_streams');
	}
	if (!how.strict) {
		return true;
	}
	switch (mimeType) {
		case 'video/h264':
			return same('packetization-mode', 0) && sameProfile(parametersOf(a), parametersOf(b));
		case 'video/vp9':
			return same('profile-id', 0);
		case 'video/h265':
			// RFC 7798 §7.1: profile 1 (Main) and tier 0 where nothing is said; levels may differ.
			return same('profile-id', 1) && same('tier-flag', 0);
		default:
			return true;
	}
}

/** Whether it carries retransmissions (RFC 4588). */
export function isRtx(codec: { readonly mimeType: string }): boolean {
	return /.\/rtx$/i.test(codec.mimeType);
}

/** Parameters by name; none if there are none. */
export function parametersOf(codec: {
	readonly parameters?: CodecSpecificParameters;
}): Record<string, unknown> {
	return codec.parameters ?? {};
}

/** Audio has one channel unless it says otherwise; video has none. */
function channels(codec: CodecView): number {
	return codec.mimeType.toLowerCase().startsWith('audio/') ? (codec.channels ?? 1) : 0;
}
