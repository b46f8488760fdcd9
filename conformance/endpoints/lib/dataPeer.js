// @ts-check
/** What tests want of an endpoint that has data channels and is no browser. */

/**
 * @typedef {object} DataPeer
 * @property {string[]} received Digests of what arrived, on any channel.
 * @property {(id: number, ordered: boolean) => DataPeerChannel} open A channel on a stream that both ends know, before it connects.
 * @property {() => Promise<void>} connect
 * @property {() => unknown} seen Everything there is to say when a test fails.
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} DataPeerChannel
 * @property {() => boolean} isOpen
 * @property {(message: string | Uint8Array) => void} send
 */

export {};
