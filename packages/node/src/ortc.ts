/** The negotiation of RTP parameters, for applications that do it on their own. */

export {
	canConsume,
	generateRouterRtpCapabilities,
	getConsumableRtpParameters,
	getConsumerRtpParameters,
	getPipeConsumerRtpParameters,
	getProducerRtpParametersMapping,
	validateAndNormalizeRtpCapabilities,
	validateAndNormalizeRtpParameters,
	validateAndNormalizeSctpStreamParameters,
} from 'brodo-ortc';
