/** What this browser can do. */

import { Device, type types } from 'mediasoup-client';
import type { Fields } from '../parse';

export async function loadDevice(routerRtpCapabilities: Fields): Promise<types.Device> {
	const device = await make();
	await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
	return device;
}

async function make(): Promise<types.Device> {
	try {
		return await Device.factory();
	} catch (error) {
		// A browser that does not say what it is, but does what they all do by now.
		if (typeof RTCPeerConnection === 'undefined') {
			throw new Error('This browser has no WebRTC', { cause: error });
		}
		return new Device({ handlerName: 'Chrome111' });
	}
}
