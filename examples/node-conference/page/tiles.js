// @ts-check
/** What people see: a tile for everybody, and the chat. */

const tiles = /** @type {HTMLElement} */ (document.querySelector('#tiles'));
const chat = /** @type {HTMLElement} */ (document.querySelector('#chat'));

/** Whose tile is highlighted, once there is one. @type {string | undefined} */
let speaker;

/** The tile of a peer, made when it is first asked for. @param {string} peerId @param {string} [name] */
export function tileOf(peerId, name = '') {
	const known = document.getElementById(peerId);
	if (known !== null) {
		return known;
	}
	const tile = document.createElement('figure');
	tile.id = peerId;
	tile.innerHTML = '<video autoplay playsinline></video><figcaption></figcaption><meter min="-60" max="0" value="-60"></meter>';
	/** @type {HTMLElement} */ (tile.querySelector('figcaption')).textContent = name;
	videoOf(tile).srcObject = new MediaStream();
	tiles.append(tile);
	highlight(speaker);
	return tile;
}

/** Plays a track in a tile. @param {HTMLElement} tile @param {MediaStreamTrack} track */
export function play(tile, track) {
	/** @type {MediaStream} */ (videoOf(tile).srcObject).addTrack(track);
}

/** @param {HTMLElement} tile @param {MediaStreamTrack} track */
export function stop(tile, track) {
	/** @type {MediaStream} */ (videoOf(tile).srcObject).removeTrack(track);
}

/** @param {HTMLElement} tile */
export function mute(tile) {
	videoOf(tile).muted = true;
}

/** @param {string} peerId */
export function remove(peerId) {
	document.getElementById(peerId)?.remove();
}

/** @param {string | undefined} peerId */
export function highlight(peerId) {
	speaker = peerId;
	for (const tile of tiles.children) {
		tile.classList.toggle('speaks', tile.id === peerId);
	}
}

/** @param {{ peerId: string, volume: number }[]} volumes dBov, -127 to 0. */
export function showVolumes(volumes) {
	for (const tile of tiles.children) {
		const found = volumes.find(({ peerId }) => peerId === tile.id);
		/** @type {HTMLMeterElement} */ (tile.querySelector('meter')).value = found?.volume ?? -60;
	}
}

/** @param {string} name @param {string} text */
export function write(name, text) {
	const line = document.createElement('li');
	line.textContent = `${name}: ${text}`;
	chat.append(line);
	line.scrollIntoView();
}

/** Lets people write. @param {(text: string) => void} send */
export function onWritten(send) {
	const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
	const input = /** @type {HTMLInputElement} */ (form.querySelector('input'));
	form.onsubmit = (event) => {
		event.preventDefault();
		send(input.value);
		form.reset();
	};
	input.disabled = false;
}

/** @param {HTMLElement} tile */
function videoOf(tile) {
	return /** @type {HTMLVideoElement} */ (tile.querySelector('video'));
}
