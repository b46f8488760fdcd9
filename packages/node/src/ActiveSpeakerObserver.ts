/** Tells who speaks. */

import type { RtpObserverEvent } from './protocol';
import { RtpObserverImpl, type RtpObserverContext } from './RtpObserver';
import type {
	ActiveSpeakerObserver,
	ActiveSpeakerObserverEvents,
	ActiveSpeakerObserverObserver,
} from './types/activeSpeakerObserver';
import type { AppData } from './types/appData';

export class ActiveSpeakerObserverImpl<A extends AppData = AppData>
	extends RtpObserverImpl<A, ActiveSpeakerObserverEvents, ActiveSpeakerObserverObserver>
	implements ActiveSpeakerObserver<A>
{
	constructor(context: RtpObserverContext<A>) {
		super('ActiveSpeakerObserver', context);
	}

	get type(): 'activespeaker' {
		return 'activespeaker';
	}

	protected handleEvent(event: RtpObserverEvent): void {
		if (typeof event === 'object' && 'dominantSpeaker' in event) {
			const producer = this.producerOfEvent(event.dominantSpeaker);
			if (producer) {
				this.tell('dominantspeaker', { producer });
			}
		}
	}
}
