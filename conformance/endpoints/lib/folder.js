// @ts-check
/** A folder that goes away with its test. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @param {import('node:test').TestContext} test */
export async function temporaryFolder(test) {
	const folder = await mkdtemp(join(tmpdir(), 'brodo-'));
	test.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
