/** Where to listen: what applications give, as the worker wants it. */

import { isIP } from 'node:net';

import type { WireListenInfo, WireTuple } from './protocol';
import type { TransportListenInfo, TransportListenIp, TransportTuple } from './types/transport';
import { maybe, text, u16, u32 } from './wire';

/** How listen IPs become listen infos. */
export type ListenIpProtocols = {
	enableUdp: boolean;
	enableTcp: boolean;
	preferUdp: boolean;
	preferTcp: boolean;
};

/**
 * A listen info for the worker.
 *
 * @throws TypeError if the address is missing or none.
 */
export function wireListenInfo(info: TransportListenInfo, field: string): WireListenInfo {
	const announced = info.announcedAddress ?? info.announcedIp;
	return {
		protocol: info.protocol === 'udp' ? 'udp' : 'tcp',
		ip: address(info.ip, `${field}.ip`),
		announcedAddress: maybe(announced, (value) => text(value, `${field}.announcedAddress`)),
		exposeInternalIp: Boolean(info.exposeInternalIp),
		port: u16(info.port) || null,
		portRange: portRange(info),
		flags: {
			ipv6Only: Boolean(info.flags?.ipv6Only),
			udpReusePort: Boolean(info.flags?.udpReusePort),
		},
		sendBufferSize: u32(info.sendBufferSize) || null,
		recvBufferSize: u32(info.recvBufferSize) || null,
	};
}

/** The same of several. Throws a `TypeError` if it is no list. */
export function wireListenInfos(infos: TransportListenInfo[], field: string): WireListenInfo[] {
	if (!Array.isArray(infos)) {
		throw new TypeError(`${field}: must be an array`);
	}
	return infos.map((info, at) => wireListenInfo(info, `${field}[${at}]`));
}

/** An IP address. Throws a `TypeError` if it is none. */
export function address(ip: unknown, field: string): string {
	const given = text(ip, field);
	// With a zone it is an address for Node, but for nobody else.
	if (isIP(given) === 0 || given.includes('%')) {
		throw new TypeError(`${field}: must be an IP address`);
	}
	return given;
}

/** The listen infos that a deprecated listen IP stands for: one a protocol. */
export function infosOfListenIp(
	listenIp: TransportListenIp | string,
	port: number | undefined,
	protocols: ListenIpProtocols,
): TransportListenInfo[] {
	const { ip, announcedIp } = listenIpOf(listenIp);
	const info = (protocol: 'udp' | 'tcp'): TransportListenInfo => ({
		protocol,
		ip,
		...(announcedIp === undefined ? {} : { announcedAddress: announcedIp }),
		...(port === undefined ? {} : { port }),
	});
	const { enableUdp, enableTcp, preferUdp, preferTcp } = protocols;
	const infos: TransportListenInfo[] = [];
	if (enableUdp) {
		infos.push(info('udp'));
	}
	if (enableTcp) {
		infos.push(info('tcp'));
	}
	return preferTcp && !preferUdp ? infos.reverse() : infos;
}

/** The listen info that a deprecated listen IP of a transport without TCP stands for. */
export function udpInfoOfListenIp(
	listenIp: TransportListenIp | string,
	port: number | undefined,
): TransportListenInfo {
	const { ip, announcedIp } = listenIpOf(listenIp);
	return { protocol: 'udp', ip, announcedAddress: announcedIp!, port: port! };
}

/** A tuple as the application sees it: with the deprecated copy of the local address. */
export function tupleOf(tuple: WireTuple): TransportTuple {
	return {
		localIp: tuple.localAddress,
		localAddress: tuple.localAddress,
		localPort: tuple.localPort,
		remoteIp: tuple.remoteIp!,
		remotePort: tuple.remotePort,
		protocol: tuple.protocol,
	};
}

function listenIpOf(listenIp: TransportListenIp | string): TransportListenIp {
	if (typeof listenIp === 'string') {
		return { ip: listenIp };
	}
	if (typeof listenIp !== 'object' || listenIp === null || Array.isArray(listenIp)) {
		throw new TypeError('listenIp: must be a string or an object');
	}
	return listenIp;
}

/** A range counts if both ends are given. */
function portRange(info: TransportListenInfo): WireListenInfo['portRange'] {
	const min = u16(info.portRange?.min);
	const max = u16(info.portRange?.max);
	return min && max ? { min, max } : null;
}
