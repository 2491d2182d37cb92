import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Names of the functions that come with the kit. */
export type KitFunction =
  | 'authorizer'
  | 'jwks'
  | 'revocation-canary'
  | 'rotation'
  | 'token-endpoint'
  | 'token-service'
  | 'token-sweeper'
  | 'trail-sealer'
  | 'usage-aggregator';

/**
 * Where the built functions are: beside the compiled constructs (`dist/constructs/support`), or in `dist/` when the
 * constructs run from their TypeScript sources, as in tests.
 */
const LAMBDA_FOLDERS = [join(__dirname, '..', '..', 'lambdas'), join(__dirname, '..', '..', 'dist', 'lambdas')];

/**
 * Folder of the bundle of a kit function.
 *
 * @throws {Error} when the kit was not built
 */
export function kitBundle(name: KitFunction): string {
  return find(name, 'bundle', 'index.js');
}

/** Whether a folder is the bundle of a kit function. */
export function isKitBundle(folder: string): boolean {
  return LAMBDA_FOLDERS.some((lambdas) => folder.startsWith(lambdas + sep));
}

/**
 * OpenAPI document of the token service, which the build writes from the service's own schemas.
 *
 * @throws {Error} when the kit was not built
 */
export function tokenServiceDocumentFile(): string {
  return join(find('token-service', '.', 'openapi.json'), 'openapi.json');
}

function find(name: KitFunction, folder: string, file: string): string {
  for (const lambdas of LAMBDA_FOLDERS) {
    const candidate = join(lambdas, name, folder);
    if (existsSync(join(candidate, file))) {
      return candidate;
    }
  }
  throw new Error(`${join(name, folder, file)} of the kit is not built, run "npm run build"`);
}
