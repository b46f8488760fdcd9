/** Tells who is loud. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { Producer } from './producer';
import type { RtpObserver, RtpObserverEvents, RtpObserverObserverEvents } from './rtpObserver';

/** What an observer is made from. */
export type AudioLevelObserverOptions<AudioLevelObserverAppData extends AppData = AppData> = {
	/** How many are told at most. Default: 1. */
	maxEntries?: number;
	/** dBov: who is quieter is not told. -127 to 0. Default: -80. */
	threshold?: number;
	/** Milliseconds between two reports: 250 to 5000. Default: 1000. */
	interval?: number;
	/** Default: `{}`. */
	appData?: AudioLevelObserverAppData;
};

/** How loud someone was. */
export type AudioLevelObserverVolume = {
	producer: Producer;
	/** On average, in dBov: -127 to 0. */
	volume: number;
};

export type AudioLevelObserverEvents = RtpObserverEvents & {
	/** The loudest first. */
	volumes: [AudioLevelObserverVolume[]];
	/** Nobody is loud any more. */
	silence: [];
};

export type AudioLevelObserverObserver = EnhancedEventEmitter<AudioLevelObserverObserverEvents>;

export type AudioLevelObserverObserverEvents = RtpObserverObserverEvents & {
	volumes: [AudioLevelObserverVolume[]];
	silence: [];
};

/** Tells who is loud; needs producers with the `ssrc-audio-level` header extension. */
export interface AudioLevelObserver<AudioLevelObserverAppData extends AppData = AppData>
	extends RtpObserver<AudioLevelObserverAppData, AudioLevelObserverEvents, AudioLevelObserverObserver> {
	get type(): 'audiolevel';
	get observer(): AudioLevelObserverObserver;
}
