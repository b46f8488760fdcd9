/** Scalability modes, as `L3T2_KEY` (WebRTC SVC §6). */

import type { ScalabilityMode } from './types.js';

const MODE = /^[LS]([1-9][0-9]?)T([1-9][0-9]?)(_KEY)?/;

/** Reads a mode. Whatever is none has one layer of each; what follows a mode is ignored. */
export function parseScalabilityMode(mode?: string): ScalabilityMode {
	const found = typeof mode === 'string' ? MODE.exec(mode) : null;
	return {
		spatialLayers: Number(found?.[1] ?? 1),
		temporalLayers: Number(found?.[2] ?? 1),
		ksvc: found?.[3] !== undefined,
	};
}
