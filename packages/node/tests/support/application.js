/** An application with a worker: prints its pid, and then has nothing to do. */

'use strict';

const { createWorker } = require('../../lib');

createWorker({ workerBin: process.argv[2] }).then((worker) => {
	worker.on('died', () => console.log('died'));
	console.log(worker.pid);
});
