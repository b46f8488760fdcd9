/** Microphone, camera and screen. */

export class DeviceError extends Error {
	override readonly name = 'DeviceError';
	constructor(
		readonly reason: string,
		cause: unknown,
	) {
		super(reason, { cause });
	}
}

const CAMERA: MediaTrackConstraints = {
	width: { ideal: 1280 },
	height: { ideal: 720 },
	frameRate: { ideal: 30 },
};

const MICROPHONE: MediaTrackConstraints = {
	echoCancellation: true,
	noiseSuppression: true,
	autoGainControl: true,
};

export async function openMicrophone(): Promise<MediaStreamTrack> {
	return first(await open({ audio: MICROPHONE }, 'microphone'), 'microphone');
}

export async function openCamera(): Promise<MediaStreamTrack> {
	return first(await open({ video: CAMERA }, 'camera'), 'camera');
}

export async function openScreen(): Promise<MediaStreamTrack> {
	try {
		const stream = await devices().getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
		const track = first(stream, 'screen');
		track.contentHint = 'detail';
		return track;
	} catch (error) {
		throw problem('screen', error);
	}
}

async function open(constraints: MediaStreamConstraints, noun: string): Promise<MediaStream> {
	try {
		return await devices().getUserMedia(constraints);
	} catch (error) {
		throw problem(noun, error);
	}
}

function devices(): MediaDevices {
	// Absent on pages that are neither https nor on localhost.
	const found: MediaDevices | undefined = navigator.mediaDevices;
	if (found === undefined) {
		throw new DOMException('not a secure page', 'SecurityError');
	}
	return found;
}

function first(stream: MediaStream, noun: string): MediaStreamTrack {
	const track = stream.getTracks()[0];
	if (track === undefined) {
		throw new DeviceError(`The ${noun} gave nothing`, undefined);
	}
	return track;
}

function problem(noun: string, error: unknown): DeviceError {
	const name = error instanceof DOMException ? error.name : '';
	const reasons: Readonly<Record<string, string>> = {
		NotAllowedError: `You did not allow the ${noun}`,
		NotFoundError: `There is no ${noun}`,
		NotReadableError: `Another program uses the ${noun}`,
		SecurityError: `The browser gives the ${noun} only to https pages and localhost`,
	};
	return new DeviceError(reasons[name] ?? `The ${noun} does not open`, error);
}
