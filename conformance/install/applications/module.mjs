import standard, { createWorker, errors, extras, observer, ortc, version, workerBin } from 'brodo';
import { UnsupportedError } from 'brodo/errors';
import { EnhancedEventEmitter } from 'brodo/extras';
import { canConsume } from 'brodo/ortc';

import forward from './forward.cjs';

const same = [
	[standard.createWorker, createWorker],
	[errors.UnsupportedError, UnsupportedError],
	[extras.EnhancedEventEmitter, EnhancedEventEmitter],
	[ortc.canConsume, canConsume],
	[standard.observer, observer],
];
if (!same.every(([one, other]) => one !== undefined && one === other)) {
	throw new Error('a name is missing, or means two things');
}
await forward({ createWorker, version, workerBin });
