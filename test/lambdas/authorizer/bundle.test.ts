import { readFileSync } from 'node:fs';
import { type BuildOptions, buildSync } from 'esbuild';

function bundle(file: string) {
  const { outputFiles, metafile } = buildSync({
    ...(JSON.parse(readFileSync('scripts/bundle-options.json', 'utf8')) as BuildOptions),
    entryPoints: [file],
    write: false,
    metafile: true,
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  );
  return { text: outputFiles[0]?.text ?? '', packages: [...new Set(packages)] };
}

const { text, packages } = bundle('lambdas/authorizer/index.ts');
const joseEngine = bundle('lambdas/authorizer/access-token/jose-engine.ts');

/** Size of what every function loads, in bytes: each of them costs at each cold start. */
const MAX_BYTES = 34_750;
/** Size of the default engine; nearly all of it is `compactVerify` of `jose`. */
const MAX_ENGINE_BYTES = 12_200;

test('has at most the bytes that it is known to need', () => {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
  expect(Buffer.byteLength(joseEngine.text)).toBeLessThanOrEqual(MAX_ENGINE_BYTES);
});

test.each(['undici', 'createRemoteJWKSet', 'fetch('])('does not load %s, which costs 21 ms', (name) => {
  expect(text + joseEngine.text).not.toContain(name);
});

test('holds no package; the default engine holds jose', () => {
  expect(packages).toEqual([]);
  expect(joseEngine.packages).toEqual(['jose']);
});

test('holds nothing that only the writer of the configuration needs', () => {
  expect(text).not.toContain('cannot tell apart');
});
