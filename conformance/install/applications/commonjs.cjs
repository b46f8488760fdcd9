'use strict';

const mediasoup = require('brodo');
const { UnsupportedError } = require('brodo/errors');
const { EnhancedEventEmitter } = require('brodo/extras');
const { canConsume } = require('brodo/ortc');

const forward = require('./forward.cjs');

if (![UnsupportedError, EnhancedEventEmitter, canConsume].every((item) => typeof item === 'function')) {
	throw new Error('a name is missing');
}
forward(mediasoup);
