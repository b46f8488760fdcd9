/** Tells who is loud. */

import type { RtpObserverEvent } from './protocol';
import { RtpObserverImpl, type RtpObserverContext } from './RtpObserver';
import type { AppData } from './types/appData';
import type {
	AudioLevelObserver,
	AudioLevelObserverEvents,
	AudioLevelObserverObserver,
} from './types/audioLevelObserver';

export class AudioLevelObserverImpl<A extends AppData = AppData>
	extends RtpObserverImpl<A, AudioLevelObserverEvents, AudioLevelObserverObserver>
	implements AudioLevelObserver<A>
{
	constructor(context: RtpObserverContext<A>) {
		super('AudioLevelObserver', context);
	}

	get type(): 'audiolevel' {
		return 'audiolevel';
	}

	protected handleEvent(event: RtpObserverEvent): void {
		if (event === 'silence') {
			this.tell('silence');
		} else if ('volumes' in event) {
			const volumes = event.volumes.flatMap(({ producerId, volume }) => {
				const producer = this.producerOfEvent(producerId);
				return producer ? [{ producer, volume }] : [];
			});
			if (volumes.length > 0) {
				this.tell('volumes', volumes);
			}
		}
	}
}
