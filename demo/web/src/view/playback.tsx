/** Elements that play a track. */

import { useEffect, useRef } from 'preact/hooks';
import { say } from '../room/toasts';

interface VideoProps {
	readonly track: MediaStreamTrack;
	readonly mirrored: boolean;
}

export function Video({ track, mirrored }: VideoProps) {
	const element = useRef<HTMLVideoElement>(null);
	usePlayback(element, track);
	return <video ref={element} class={mirrored ? 'mirrored' : ''} muted playsInline autoPlay />;
}

export function Sound({ track }: { readonly track: MediaStreamTrack }) {
	const element = useRef<HTMLAudioElement>(null);
	usePlayback(element, track);
	return <audio ref={element} autoPlay />;
}

function usePlayback(element: { readonly current: HTMLMediaElement | null }, track: MediaStreamTrack): void {
	useEffect(() => {
		const media = element.current;
		if (media === null) {
			return undefined;
		}
		media.srcObject = new MediaStream([track]);
		const play = (): void => {
			media.play().catch((error: unknown) => {
				// Browsers let a page make noise only once someone has touched it.
				if (error instanceof DOMException && error.name === 'NotAllowedError') {
					say('Click anywhere to hear the others', 'plain');
					addEventListener('pointerdown', play, { once: true });
				}
			});
		};
		play();
		return () => {
			removeEventListener('pointerdown', play);
			media.srcObject = null;
		};
	}, [track]);
}
