import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the configuration document inside a function's package, beside the bundle. */
export const CONFIG_FILE_NAME = 'config.json';

/**
 * Reads a function's packaged JSON configuration: the file named by `overrideVariable` where that is set,
 * else `config.json` in the folder of the bundle.
 *
 * @throws {Error} when the file is missing or holds no JSON; the message names the file
 */
export function readConfigFile(bundleFolder: string, overrideVariable: string): unknown {
  const file = process.env[overrideVariable] ?? join(bundleFolder, CONFIG_FILE_NAME);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`cannot read the function's configuration ${file}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`the function's configuration ${file} is not JSON`, { cause });
  }
}
