/** Tells who speaks. */

import type { EnhancedEventEmitter } from '../enhancedEvents';
import type { AppData } from './appData';
import type { Producer } from './producer';
import type { RtpObserver, RtpObserverEvents, RtpObserverObserverEvents } from './rtpObserver';

/** What an observer is made from. */
export type ActiveSpeakerObserverOptions<ActiveSpeakerObserverAppData extends AppData = AppData> = {
	/** Milliseconds between two evaluations: 100 to 5000. Default: 300. */
	interval?: number;
	/** Default: `{}`. */
	appData?: ActiveSpeakerObserverAppData;
};

/** Who speaks. */
export type ActiveSpeakerObserverDominantSpeaker = { producer: Producer };

export type ActiveSpeakerObserverEvents = RtpObserverEvents & {
	/** Another one speaks. */
	dominantspeaker: [ActiveSpeakerObserverDominantSpeaker];
};

export type ActiveSpeakerObserverObserver = EnhancedEventEmitter<ActiveSpeakerObserverObserverEvents>;

export type ActiveSpeakerObserverObserverEvents = RtpObserverObserverEvents & {
	dominantspeaker: [ActiveSpeakerObserverDominantSpeaker];
};

/** Tells who speaks; needs producers with the `ssrc-audio-level` header extension. */
export interface ActiveSpeakerObserver<ActiveSpeakerObserverAppData extends AppData = AppData>
	extends RtpObserver<
		ActiveSpeakerObserverAppData,
		ActiveSpeakerObserverEvents,
		ActiveSpeakerObserverObserver
	> {
	get type(): 'activespeaker';
	get observer(): ActiveSpeakerObserverObserver;
}
