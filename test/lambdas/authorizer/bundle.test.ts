import { readFileSync } from 'node:fs';
import { type BuildOptions, buildSync } from 'esbuild';

const { outputFiles, metafile } = buildSync({
  ...(JSON.parse(readFileSync('scripts/bundle-options.json', 'utf8')) as BuildOptions),
  entryPoints: ['lambdas/authorizer/index.ts'],
  write: false,
  metafile: true,
});
const text = outputFiles[0]?.text ?? '';

/**
 * Size of the bundle, in bytes: every one of them is loaded at each cold start. The packages that are part of it take more
 * than the bar of 25,000 leaves: `compactVerify` of `jose` alone has 11,200.
 */
const MAX_BYTES = 39_200;

test('has at most the bytes that it is known to need', () => {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
});

test.each(['undici', 'createRemoteJWKSet', 'fetch('])('does not load %s, which costs 21 ms', (name) => {
  expect(text).not.toContain(name);
});

test('holds no package but jose', () => {
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  expect([...new Set(packages)]).toEqual(['jose']);
});

test('holds nothing that only the writer of the configuration needs', () => {
  expect(text).not.toContain('cannot tell apart');
});
