/** `node --expose-gc bench/control/main.js [operations | leaks | data] [--cycles=N] [--rounds=N]` */

import { parseArgs } from 'node:util';

import { data } from './data.js';
import { leaks } from './leaks.js';
import { operations } from './operations.js';

const BENCHES = { operations, leaks, data };

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { cycles: { type: 'string' }, rounds: { type: 'string' } },
});
const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
const wanted = positionals.length ? positionals : Object.keys(BENCHES);
for (const name of wanted) {
	if (!Object.hasOwn(BENCHES, name)) {
		throw new Error(`there is no bench ${name}; there are ${Object.keys(BENCHES).join(', ')}`);
	}
	await BENCHES[name](options);
}
