import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const NO_FAKE_TIME = 'there is no libfaketime (apt-get install faketime, or name it in FAKETIME_LIBRARY)';

/** The library itself, `undefined` where there is none: the `faketime` command would read the local time in another zone. */
export function fakeTimeLibrary() {
  const named = process.env.FAKETIME_LIBRARY;
  if (named) return named;
  for (const base of ['/usr/lib', '/usr/local/lib', '/opt/homebrew/lib']) {
    if (!existsSync(base)) continue;
    for (const folder of [base, ...readdirSync(base).map((name) => join(base, name))]) {
      const file = join(folder, 'faketime', 'libfaketimeMT.so.1');
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}
