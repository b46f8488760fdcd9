/** The package is a module; `lib/cjs` says that it is not, or `require()` would refuse it. */

import { writeFileSync } from 'node:fs';

writeFileSync(new URL('lib/cjs/package.json', import.meta.url), '{ "type": "commonjs" }\n');
