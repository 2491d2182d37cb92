import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import type { AuthorizerConfig } from '../../../lambdas/authorizer/config';
import { accessToken, authorizerConfig, bearerEvent, issuerConfig, rsaKey } from './support/access-tokens';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cold-'));
const options: BuildOptions = JSON.parse(readFileSync('scripts/bundle-options.json', 'utf8'));
// The list is of all functions.
const parts = (options.external ?? [])
  .map((part) => join('lambdas/authorizer', `${part}.ts`))
  .filter((file) => existsSync(file));
const key = rsaKey('r1');

/** Loads the function in a process of its own, lets it answer, and tells what the process has loaded after each. */
const PROBE = `
  const loaded = () => ({
    builtin: process.moduleLoadList.filter((name) => /undici|webcrypto/.test(name)),
    parts: Object.keys(require.cache).map((file) => require('path').basename(file)).sort(),
  });
  const { handler } = require(process.argv[1]);
  const afterLoad = loaded();
  handler(JSON.parse(process.argv[2])).then(
    ({ principalId }) => console.error(JSON.stringify({ principalId, afterLoad, afterAnswer: loaded() })),
    ({ message }) => console.error(JSON.stringify({ message, afterLoad, afterAnswer: loaded() })),
  );
`;

function coldStart(config: Partial<AuthorizerConfig>) {
  const { apiTokens: _, ...base } = authorizerConfig([issuerConfig([key])]);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...base, ...config }));
  // The function has the real clock.
  const now = Math.floor(Date.now() / 1000);
  const token = accessToken(key, { claims: { iat: now, nbf: now, exp: now + 600 } });
  const { stderr } = spawnSync(
    process.execPath,
    ['-e', PROBE, join(folder, 'index.js'), JSON.stringify(bearerEvent(token))],
    { encoding: 'utf8' },
  );
  return JSON.parse(stderr);
}

beforeAll(() => {
  buildSync({
    ...options,
    entryPoints: ['lambdas/authorizer/index.ts', ...parts],
    outbase: 'lambdas/authorizer',
    outdir: folder,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOTHING = { builtin: [], parts: ['index.js'] };

test('the engine node-crypto loads neither undici nor WebCrypto, and no other file', () => {
  expect(coldStart({ engine: 'node-crypto' })).toEqual({
    principalId: 'access_token|https://issuer.example.com/|user-1',
    afterLoad: NOTHING,
    afterAnswer: NOTHING,
  });
});

test('the engine jose loads no undici, and itself from a file of its own', () => {
  const { principalId, afterLoad, afterAnswer } = coldStart({ engine: 'jose' });

  expect(principalId).toBe('access_token|https://issuer.example.com/|user-1');
  expect(afterLoad).toEqual({ builtin: [], parts: ['index.js', 'jose-engine.js'] });
  expect(afterAnswer.builtin.filter((name: string) => name.includes('undici'))).toEqual([]);
});

test('jose is the engine when none is named', () => {
  expect(coldStart({}).afterLoad.parts).toEqual(['index.js', 'jose-engine.js']);
});

test('a function without issuers loads no engine, and refuses access tokens', () => {
  const { apiTokens } = authorizerConfig([]);

  expect(coldStart({ issuers: [], ...(apiTokens && { apiTokens }) })).toEqual({
    message: 'Unauthorized',
    afterLoad: NOTHING,
    afterAnswer: NOTHING,
  });
});
