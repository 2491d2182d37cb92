import { kitManifest } from '../constructs/support/kit-manifest';

/** npm packages that the sandbox runs on. They are optional peers of the kit: who installs the constructs alone has none of them. */
export const SANDBOX_PACKAGES: readonly string[] = ['@hono/node-server', 'ajv', 'dynalite', 'hono', 'zod'];

/**
 * What to say where optional peers of the kit are not installed.
 *
 * @param what what needs them
 * @param find finds a package by its name, or throws. @default - as Node.js finds it from here
 * @returns one sentence with the command that installs what is missing; undefined when all are there
 */
export function packagesFault(
  what: string,
  names: readonly string[],
  find: (name: string) => unknown = require.resolve,
): string | undefined {
  const missing = names.filter((name) => !isInstalled(name, find));
  if (missing.length === 0) {
    return undefined;
  }
  const { peerDependencies } = kitManifest();
  const wanted = missing.map((name) => `${name}@${/\d+/.exec(peerDependencies[name] ?? '')?.[0] ?? 'latest'}`);
  return `${what} needs packages that are not installed, install them by: npm install --save-dev ${wanted.join(' ')}`;
}

function isInstalled(name: string, find: (name: string) => unknown): boolean {
  try {
    find(name);
    return true;
  } catch {
    return false;
  }
}
