/**
 * RTP capabilities and parameters, and their negotiation: pure functions.
 *
 *   supported codecs → router capabilities → (to endpoints)
 *   producer's parameters + router capabilities → mapping → consumable parameters
 *   consumable parameters + remote capabilities → consumer parameters
 *
 * The same is in Rust, in `crates/wire/ortc`; `conformance/ortc` holds both to the same answers.
 */

export { generateRouterRtpCapabilities } from './capabilities.js';
export {
	canConsume,
	type ConsumerRequest,
	getConsumerRtpParameters,
	getPipeConsumerRtpParameters,
	type PipeConsumerRequest,
} from './consume.js';
export { UnsupportedError } from './errors.js';
export { getConsumableRtpParameters, getProducerRtpParametersMapping } from './produce.js';
export { cryptoRandom, type Random } from './random.js';
export { parseScalabilityMode } from './scalability.js';
export { getSupportedRtpCapabilities } from './supported.js';
export type * from './types.js';
export {
	validateAndNormalizeRtpCapabilities,
	validateAndNormalizeRtpParameters,
	validateAndNormalizeSctpStreamParameters,
} from './validate.js';
