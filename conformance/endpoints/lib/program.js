// @ts-check
/** Programs on this machine. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Where a program is, or `undefined`.
 *
 * @param {string} name
 */
export function findProgram(name) {
	const folders = (process.env['PATH'] ?? '').split(delimiter);
	return folders.map((folder) => join(folder, name)).find(isProgram);
}

/**
 * Why tests with these programs are skipped; `false` if they run.
 *
 * @param {...string} names
 * @returns {string | false}
 */
export function missing(...names) {
	const absent = names.filter((name) => !isProgram(name) && findProgram(name) === undefined);
	return absent.length === 0 ? false : `not installed: ${absent.join(', ')}`;
}

/** @param {string} path */
function isProgram(path) {
	try {
		accessSync(path, constants.X_OK);
		return path.includes('/');
	} catch {
		return false;
	}
}
