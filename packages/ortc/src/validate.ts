/**
 * Checks what comes from outside, in place: fills in what is missing and names what is wrong.
 *
 * Something of the wrong type is refused, unless it is falsy where it may be missing: then it is missing.
 */

import { invalid } from './errors.js';
import type {
	RtpCapabilities,
	RtpParameters,
	SctpStreamParameters,
} from './types.js';

type Fields = Record<string, unknown>;

/** Checks and completes capabilities, or throws a `TypeError`. */
export function validateAndNormalizeRtpCapabilities(caps: RtpCapabilities): void {
	const from = object(caps, 'rtpCapabilities');
	list(from, 'codecs').forEach((codec, at) => normalizeCodecCapability(codec, `codecs[${at}]`));
	list(from, 'headerExtensions').forEach((extension, at) =>
		normalizeHeaderExtension(extension, `headerExtensions[${at}]`),
	);
}

/** Checks and completes parameters, or throws a `TypeError`. */
export function validateAndNormalizeRtpParameters(params: RtpParameters): void {
	const from = object(params, 'rtpParameters');
	optionalText(from, 'mid');
	if (!Array.isArray(from['codecs'])) {
		throw invalid('codecs', 'must be an array');
	}
	list(from, 'codecs').forEach((codec, at) => normalizeCodecParameters(codec, `codecs[${at}]`));
	list(from, 'headerExtensions').forEach((extension, at) =>
		normalizeExtensionParameters(extension, `headerExtensions[${at}]`),
	);
	list(from, 'encodings').forEach((encoding, at) => normalizeEncoding(encoding, `encodings[${at}]`));
	from['rtcp'] ||= {};
	const rtcp = object(from['rtcp'], 'rtcp');
	optionalText(rtcp, 'cname', 'rtcp');
	// Nobody is without it (RFC 5506), and mediasoup overrides it as well.
	rtcp['reducedSize'] = true;
	optionalText(from, 'msid');
}

/** Checks and completes the parameters of a stream, or throws a `TypeError`. */
export function validateAndNormalizeSctpStreamParameters(params: SctpStreamParameters): void {
	const from = object(params, 'sctpStreamParameters');
	number(from, 'streamId');
	const isOrderGiven = typeof from['ordered'] === 'boolean';
	if (!isOrderGiven) {
		from['ordered'] = true;
	}
	optionalNumber(from, 'maxPacketLifeTime');
	optionalNumber(from, 'maxRetransmits');
	// RFC 8832 §5.1: a channel is limited by time or by number. A limit of 0 counts as none.
	const { maxPacketLifeTime, maxRetransmits } = from;
	if (maxPacketLifeTime && maxRetransmits) {
		throw invalid('maxPacketLifeTime', 'excludes maxRetransmits');
	}
	if (maxPacketLifeTime || maxRetransmits) {
		if (isOrderGiven && from['ordered']) {
			const limit = maxPacketLifeTime ? 'maxPacketLifeTime' : 'maxRetransmits';
			throw invalid('ordered', `excludes ${limit}`);
		}
		from['ordered'] = false;
	}
}

/** Checks and completes a codec of capabilities. */
export function normalizeCodecCapability(codec: unknown, path: string): void {
	const from = object(codec, path);
	const kind = mediaKind(from, path);
	from['kind'] = kind;
	optionalNumber(from, 'preferredPayloadType', path);
	normalizeCodec(from, kind, path);
}

function normalizeCodecParameters(codec: unknown, path: string): void {
	const from = object(codec, path);
	const kind = mediaKind(from, path);
	number(from, 'payloadType', path);
	normalizeCodec(from, kind, path);
}

/** What capabilities and parameters have in common. */
function normalizeCodec(from: Fields, kind: 'audio' | 'video', path: string): void {
	number(from, 'clockRate', path);
	if (kind === 'video') {
		delete from['channels'];
	} else if (typeof from['channels'] !== 'number') {
		from['channels'] = 1;
	}
	const parameters = normalizeParameters(from, path);
	if ('apt' in parameters) {
		number(parameters, 'apt', `${path}.parameters`);
	}
	if (!Array.isArray(from['rtcpFeedback'])) {
		from['rtcpFeedback'] = [];
	}
	list(from, 'rtcpFeedback', path).forEach((feedback, at) =>
		normalizeFeedback(feedback, `${path}.rtcpFeedback[${at}]`),
	);
}

function mediaKind(from: Fields, path: string): 'audio' | 'video' {
	const mimeType = from['mimeType'];
	const found = typeof mimeType === 'string' ? /^(audio|video)\/./i.exec(mimeType) : null;
	if (!found) {
		throw invalid(`${path}.mimeType`, 'must be audio/… or video/…');
	}
	return found[1]?.toLowerCase() === 'audio' ? 'audio' : 'video';
}

function normalizeParameters(from: Fields, path: string): Fields {
	if (!isObject(from['parameters'])) {
		from['parameters'] = {};
	}
	const parameters = object(from['parameters'], `${path}.parameters`);
	for (const [name, value] of Object.entries(parameters)) {
		if (value === undefined) {
			parameters[name] = '';
		} else if (typeof value !== 'string' && typeof value !== 'number') {
			throw invalid(`${path}.parameters.${name}`, 'must be a string or a number');
		}
	}
	return parameters;
}

function normalizeFeedback(feedback: unknown, path: string): void {
	const from = object(feedback, path);
	text(from, 'type', path);
	if (typeof from['parameter'] !== 'string') {
		from['parameter'] = '';
	}
}

function normalizeHeaderExtension(extension: unknown, path: string): void {
	const from = object(extension, path);
	if (from['kind'] !== 'audio' && from['kind'] !== 'video') {
		throw invalid(`${path}.kind`, 'must be audio or video');
	}
	text(from, 'uri', path);
	number(from, 'preferredId', path);
	flag(from, 'preferredEncrypt', path);
	from['direction'] ||= 'sendrecv';
	text(from, 'direction', path);
}

function normalizeExtensionParameters(extension: unknown, path: string): void {
	const from = object(extension, path);
	text(from, 'uri', path);
	number(from, 'id', path);
	flag(from, 'encrypt', path);
	normalizeParameters(from, path);
}

function normalizeEncoding(encoding: unknown, path: string): void {
	const from = object(encoding, path);
	optionalNumber(from, 'ssrc', path);
	optionalText(from, 'rid', path);
	if (from['rtx']) {
		number(object(from['rtx'], `${path}.rtx`), 'ssrc', `${path}.rtx`);
	} else {
		delete from['rtx'];
	}
	from['dtx'] = from['dtx'] === true;
	optionalText(from, 'scalabilityMode', path);
}

function isObject(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, path: string): Fields {
	if (!isObject(value)) {
		throw invalid(path, 'must be an object');
	}
	return value;
}

/** A list, which is empty if it is missing. */
function list(from: Fields, key: string, path = ''): unknown[] {
	const value = (from[key] ||= []);
	if (!Array.isArray(value)) {
		throw invalid(at(path, key), 'must be an array');
	}
	return value;
}

function number(from: Fields, key: string, path = ''): void {
	if (typeof from[key] !== 'number') {
		throw invalid(at(path, key), 'must be a number');
	}
}

function text(from: Fields, key: string, path = ''): void {
	if (typeof from[key] !== 'string' || from[key] === '') {
		throw invalid(at(path, key), 'must be a string, and not empty');
	}
}

/** False if it is missing. */
function flag(from: Fields, key: string, path = ''): void {
	from[key] ||= false;
	if (typeof from[key] !== 'boolean') {
		throw invalid(at(path, key), 'must be true or false');
	}
}

/** 0 is a number. */
function optionalNumber(from: Fields, key: string, path = ''): void {
	if (from[key] || typeof from[key] === 'number') {
		number(from, key, path);
	} else {
		delete from[key];
	}
}

/** An empty text is none. */
function optionalText(from: Fields, key: string, path = ''): void {
	if (from[key]) {
		text(from, key, path);
	} else {
		delete from[key];
	}
}

function at(path: string, key: string): string {
	return path === '' ? key : `${path}.${key}`;
}
