/** Tests with a real worker: one for all the tests of a group, a router for each that wants one. */

'use strict';

const { existsSync } = require('node:fs');
const { after, before, describe } = require('node:test');

const { createWorker, workerBin } = require('../../lib');
const { MEDIA_CODECS } = require('./media');

const skip = existsSync(workerBin) ? false : `no worker at ${workerBin}`;

/** A group of tests; `body` gets what makes routers of its worker, and what gives the worker. */
function describeWithWorker(name, body) {
	describe(name, { skip }, () => {
		let worker;
		before(async () => {
			worker = await createWorker();
		});
		after(() => worker.close());
		body(
			() => worker.createRouter({ mediaCodecs: MEDIA_CODECS }),
			() => worker,
		);
	});
}

module.exports = { describeWithWorker };
