import { readFileSync } from 'node:fs';
import { type BuildOptions, buildSync } from 'esbuild';

const { outputFiles, metafile } = buildSync({
  ...(JSON.parse(readFileSync('scripts/bundle-options.json', 'utf8')) as BuildOptions),
  entryPoints: ['lambdas/token-endpoint/index.ts'],
  write: false,
  metafile: true,
});

test('has at most 60 kB', () => {
  expect(Buffer.byteLength(outputFiles?.[0]?.text ?? '')).toBeLessThanOrEqual(60_000);
});

test('holds no package: no AWS SDK, no web framework, no library for tokens', () => {
  expect(Object.keys(metafile?.inputs ?? {}).filter((input) => input.includes('node_modules'))).toEqual([]);
});
