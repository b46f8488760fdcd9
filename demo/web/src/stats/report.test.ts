import { describe, expect, it } from 'vitest';
import { joined, reduceStats } from './report';

const SENDING = [
	{ id: 'C', type: 'codec', mimeType: 'video/VP9' },
	{ id: 'S', type: 'media-source', kind: 'video' },
	{ id: 'O', type: 'outbound-rtp', kind: 'video', mid: '0', codecId: 'C', mediaSourceId: 'S', packetsSent: 7 },
	{ id: 'R', type: 'remote-inbound-rtp', localId: 'O', roundTripTime: 0.02, fractionLost: 0.5, packetsLost: 3 },
	{ id: 'T', type: 'transport', dtlsState: 'connected', tlsVersion: 'FEFC', selectedCandidatePairId: 'P' },
	{ id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'M', currentRoundTripTime: 0.01 },
	{ id: 'L', type: 'local-candidate', protocol: 'tcp', address: '10.0.0.2' },
	{ id: 'M', type: 'remote-candidate', protocol: 'tcp', address: '127.0.0.1', port: 40000 },
];

const RECEIVING = [
	{ id: 'C', type: 'codec', mimeType: 'audio/opus' },
	{ id: 'A', type: 'inbound-rtp', kind: 'audio', mid: '0', codecId: 'C', packetsReceived: 9, audioLevel: 0.3 },
	{ id: 'B', type: 'inbound-rtp', kind: 'video', mid: 'probator', packetsReceived: 1 },
];

describe('statistics', () => {
	it('of a stream that we send join its codec and what the other end reports', () => {
		const [sent] = reduceStats(SENDING).sent;

		expect(sent).toMatchObject({ kind: 'video', codec: 'video/VP9', packetsSent: 7, rtt: 0.02, packetsLost: 3 });
	});

	it('of a transport join the pair in use', () => {
		expect(reduceStats(SENDING).transports).toMatchObject([
			{ dtlsState: 'connected', dtlsVersion: '1.3', protocol: 'tcp', remotePort: 40000, rtt: 0.01 },
		]);
	});

	it('of a transport find the pair in use in Firefox', () => {
		const [link] = reduceStats([
			{ id: 'T', type: 'transport' },
			{ id: 'X', type: 'candidate-pair', localCandidateId: 'none' },
			{ id: 'P', type: 'candidate-pair', selected: true, localCandidateId: 'L' },
			{ id: 'L', type: 'local-candidate', protocol: 'udp' },
		]).transports;

		expect(link?.protocol).toBe('udp');
	});

	it('leave out the stream that is only padding', () => {
		const { received } = reduceStats(RECEIVING);

		expect(received).toHaveLength(1);
		expect(received[0]).toMatchObject({ codec: 'audio/opus', packetsReceived: 9, audioLevel: 0.3 });
	});

	it('of several transports are joined', () => {
		const all = joined([reduceStats(SENDING), reduceStats(RECEIVING)]);

		expect([all.sent.length, all.received.length, all.transports.length]).toEqual([1, 1, 1]);
	});
});
