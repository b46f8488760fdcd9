// @ts-check
/** A room: a router, who is in it, and who speaks. */

/** @typedef {import('brodo').types.Worker} Worker */
/** @typedef {import('brodo').types.Router} Router */
/** @typedef {import('brodo').types.WebRtcServer} WebRtcServer */
/** @typedef {import('brodo').types.Producer} Producer */
/** @typedef {import('brodo').types.RouterRtpCodecCapability} Codec */
/** @typedef {import('./peer.js').Peer} Peer */

/** @type {Codec[]} */
const mediaCodecs = [
	{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
	{ kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

export class Room {
	/** Who has joined. @type {Set<Peer>} */
	peers = new Set();
	/** The peer who speaks. @type {string | undefined} */
	speaker;

	/**
	 * @param {Router} router
	 * @param {WebRtcServer} webRtcServer
	 * @param {import('brodo').types.ActiveSpeakerObserver} speakers
	 * @param {import('brodo').types.AudioLevelObserver} levels
	 */
	constructor(router, webRtcServer, speakers, levels) {
		this.router = router;
		this.webRtcServer = webRtcServer;
		this.speakers = speakers;
		this.levels = levels;
		speakers.on('dominantspeaker', ({ producer }) => {
			this.speaker = peerOf(producer);
			this.tell('speaker', { peerId: this.speaker });
		});
		levels.on('volumes', (volumes) => {
			this.tell('volumes', volumes.map(({ producer, volume }) => ({ peerId: peerOf(producer), volume })));
		});
		levels.on('silence', () => this.tell('volumes', []));
	}

	/** @param {Worker} worker @param {WebRtcServer} webRtcServer */
	static async open(worker, webRtcServer) {
		const router = await worker.createRouter({ mediaCodecs });
		const speakers = await router.createActiveSpeakerObserver();
		const levels = await router.createAudioLevelObserver({ maxEntries: 8, threshold: -60, interval: 300 });
		return new Room(router, webRtcServer, speakers, levels);
	}

	/** Those whom a peer sees. @param {Peer} peer */
	others(peer) {
		return [...this.peers].filter((other) => other !== peer);
	}

	/** Watches a microphone. @param {Producer} producer */
	async hear(producer) {
		await this.speakers.addProducer({ producerId: producer.id });
		await this.levels.addProducer({ producerId: producer.id });
	}

	/** Tells everybody. @param {string} method @param {unknown} data */
	tell(method, data) {
		for (const peer of this.peers) {
			peer.tell(method, data);
		}
	}

	close() {
		this.router.close();
	}
}

/** @param {Producer} producer */
function peerOf(producer) {
	return String(producer.appData['peerId']);
}
