import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the kit's own package.json says. */
export interface KitManifest {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The package.json of the kit. It lies above the sources, and above what they compile to. */
export function kitManifest(): KitManifest {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    folder = dirname(folder);
  }
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as KitManifest;
}
