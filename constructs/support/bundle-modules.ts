import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { ZipEntries } from './asset-zip';
import { candidateModules, type ModuleRequest, moduleRequests } from './module-requests';

/** A module that a bundle asks for and that is not there when the function is deployed. */
export interface MissingModule extends ModuleRequest {
  /** File of the bundle that asks for it. */
  readonly file: string;
}

/**
 * Packages that the Node.js runtimes of Lambda come with.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const OF_THE_RUNTIME = /^@(aws-sdk|smithy)\//;
const EXTENSIONS = ['', '.js', '.cjs', '.mjs', '.json', '.node'];
const CODE = /\.(js|cjs|mjs)$/;

/**
 * Modules that a function asks for and that are neither in its package nor part of Node.js or of the Lambda runtime. A deployed
 * function has no `node_modules` around it, as it has where it was written.
 *
 * Looks at the entry and at what that leads to by relative names. What lies in `node_modules` of the package is taken to be whole.
 *
 * @param entry file of the handler, for example `index.js`
 * @param provided further modules that are there, for example those of a layer
 */
export function missingModules(entries: ZipEntries, entry: string, provided: readonly string[] = []): MissingModule[] {
  const missing: MissingModule[] = [];
  const seen = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !CODE.test(file) || file.includes('node_modules/')) {
      continue;
    }
    seen.add(file);
    const source = textOf(entries, file);
    const isThere = (name: string): boolean => {
      const target = resolveModule(entries, file ?? '', name, provided);
      if (typeof target === 'string') {
        waiting.push(target);
      }
      return target !== undefined;
    };
    const candidates = [...candidateModules(source)].filter((name) => !isThere(name));
    if (candidates.length > 0) {
      const asked = moduleRequests(source).filter(({ name }) => candidates.includes(name));
      missing.push(...asked.map((request) => ({ ...request, file: file ?? '' })));
    }
  }
  return missing;
}

/** A file of the package, `true` for a module from elsewhere, `undefined` for one that is not there. */
function resolveModule(
  entries: ZipEntries,
  file: string,
  name: string,
  provided: readonly string[],
): string | true | undefined {
  if (name.startsWith('./') || name.startsWith('../') || name === '.' || name === '..') {
    const path = posix.normalize(posix.join(posix.dirname(file), name)).replace(/\/$/, '');
    return fileOf(entries, path === '.' ? '' : path);
  }
  if (isBuiltin(name) || OF_THE_RUNTIME.test(name) || name.startsWith('#') || /^(data|file):/.test(name)) {
    return true;
  }
  const [first = '', second = ''] = name.split('/');
  const packageName = first.startsWith('@') ? `${first}/${second}` : first;
  const isProvided = provided.includes(packageName) || provided.includes(name);
  return isProvided || hasPackage(entries, file, packageName) ? true : undefined;
}

function fileOf(entries: ZipEntries, path: string): string | undefined {
  const file = EXTENSIONS.map((extension) => path + extension).find((candidate) => entries.has(candidate));
  if (file !== undefined) {
    return file;
  }
  const folder = path === '' ? '' : `${path}/`;
  const index = EXTENSIONS.map((extension) => `${folder}index${extension}`).find((name) => entries.has(name));
  // A folder may name its entry in a package.json of its own; then its files are taken to be whole.
  return index ?? (entries.has(`${folder}package.json`) && folder !== '' ? `${folder}package.json` : undefined);
}

/** Whether `node_modules` of the file's folder, or of one around it, has the package. */
function hasPackage(entries: ZipEntries, file: string, name: string): boolean {
  const folders = posix
    .dirname(file)
    .split('/')
    .filter((part) => part !== '.');
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const prefix = [...folders.slice(0, depth), 'node_modules', name].join('/');
    for (const entry of entries.keys()) {
      if (entry.startsWith(`${prefix}/`) || EXTENSIONS.some((extension) => entry === prefix + extension)) {
        return true;
      }
    }
  }
  return false;
}

function textOf(entries: ZipEntries, file: string): string {
  const entry = entries.get(file);
  const bytes = entry === undefined || entry instanceof Uint8Array ? entry : entry.bytes;
  return bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
