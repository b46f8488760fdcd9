// @ts-check
/** The demo's page, as Vite built it. */

import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../../demo/web/dist', import.meta.url));

/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

/**
 * Serves a file of the page; every path that names no file is the page itself.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function servePage(request, response) {
	const { pathname } = new URL(request.url ?? '/', 'http://localhost');
	const wanted = pathname.startsWith('/assets/') ? normalize(pathname) : '/index.html';
	try {
		const body = await readFile(join(DIST, wanted));
		response.writeHead(200, { 'content-type': TYPES[extname(wanted)] ?? 'application/octet-stream' }).end(body);
	} catch {
		response.writeHead(404).end('not there; is the page built? npm run build --workspace demo/web');
	}
}
