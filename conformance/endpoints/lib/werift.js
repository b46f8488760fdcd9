// @ts-check
/** werift, which is WebRTC in TypeScript, as an endpoint of a room. */

import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket } from 'werift';
import { digestOf } from '../data/messages.js';
import { ownAddress } from './network.js';
import { answerTo, dtlsParametersOf, offerOf, rtpParametersOf, sectionsOf } from './sdp.js';

/** @typedef {import('./dataRoom.js').DataEndpoint} DataEndpoint */
/** @typedef {import('./dataPeer.js').DataPeer} DataPeer */

/** 20 ms of opus. */
const FRAME_TICKS = 960;

/** @implements {DataPeer} */
export class Werift {
	/** @type {string[]} */
	received = [];
	#peer = new RTCPeerConnection({ iceServers: [], iceAdditionalHostAddresses: [ownAddress()], iceUseIpv6: false, iceUseTcp: false });
	#endpoint;

	/** @param {DataEndpoint} endpoint */
	constructor(endpoint) {
		this.#endpoint = endpoint;
	}

	/** @param {number} id Of the stream. @param {boolean} ordered */
	open(id, ordered) {
		const channel = this.#peer.createDataChannel(`${id}`, { negotiated: true, id, ordered });
		channel.onMessage.subscribe((message) => void this.received.push(digestOf(message)));
		return {
			isOpen: () => channel.readyState === 'open',
			send: (/** @type {string | Uint8Array} */ message) => channel.send(typeof message === 'string' ? message : Buffer.from(message)),
		};
	}

	/** Connects, and sends and receives on the channels that were opened. */
	async connect() {
		await this.#offers();
	}

	/** Connects, and sends opus. @returns Sends a packet with this payload. */
	async sendOpus() {
		const track = new MediaStreamTrack({ kind: 'audio' });
		this.#peer.addTransceiver(track, { direction: 'sendonly' });
		const [section] = sectionsOf(await this.#offers());
		if (section === undefined) {
			throw new Error('an offer of nothing');
		}
		const rtpParameters = rtpParametersOf(section);
		const producer = await this.#endpoint.transport.produce({ kind: 'audio', rtpParameters });
		let sequenceNumber = 0;
		const send = (/** @type {Buffer} */ payload) => {
			sequenceNumber += 1;
			const header = new RtpHeader({ payloadType: 96, sequenceNumber, timestamp: sequenceNumber * FRAME_TICKS, ssrc: 1 });
			track.writeRtp(new RtpPacket(header, payload));
		};
		return { producer, send };
	}

	/** Connects, and receives a stream. @param {import('brodo').types.Consumer} consumer @param {(payload: Buffer) => void} listener */
	async receive({ kind, rtpParameters }, listener) {
		this.#peer.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(({ payload }) => listener(payload)));
		await this.#peer.setRemoteDescription({ type: 'offer', sdp: offerOf(this.#endpoint.offer, [{ kind, rtpParameters: /** @type {any} */ (rtpParameters) }]) });
		const answer = await this.#peer.createAnswer();
		await this.#endpoint.transport.connect({ dtlsParameters: dtlsParametersOf(answer.sdp) });
		await this.#peer.setLocalDescription(answer);
	}

	seen() {
		const { connectionState, iceConnectionState } = this.#peer;
		return { connectionState, iceConnectionState, received: this.received.length };
	}

	async close() {
		await this.#peer.close();
	}

	async #offers() {
		await this.#peer.setLocalDescription(await this.#peer.createOffer());
		const offer = this.#peer.localDescription?.sdp ?? '';
		await this.#endpoint.transport.connect({ dtlsParameters: dtlsParametersOf(offer) });
		await this.#peer.setRemoteDescription({ type: 'answer', sdp: answerTo(offer, this.#endpoint.offer) });
		return offer;
	}
}
