import { readFileSync } from 'node:fs';
import { type BuildOptions, buildSync } from 'esbuild';

const bundle = (entry: string) =>
  buildSync({
    ...(JSON.parse(readFileSync('scripts/bundle-options.json', 'utf8')) as BuildOptions),
    entryPoints: [`lambdas/portal-bff/${entry}.ts`],
    write: false,
    metafile: true,
  });
const main = bundle('index');
const relyingParty = bundle('sign-in/relying-party');
const sizeOf = ({ outputFiles }: ReturnType<typeof bundle>) => Buffer.byteLength(outputFiles?.[0]?.text ?? '');

test('has at most 100 kB, with the part that talks to providers', () => {
  expect(sizeOf(main) + sizeOf(relyingParty)).toBeLessThanOrEqual(100_000);
});

test('holds no package but in the part that talks to providers', () => {
  const packages = (built: ReturnType<typeof bundle>) =>
    Object.keys(built.metafile?.inputs ?? {}).flatMap((input) => /node_modules\/([^/]+)/.exec(input)?.[1] ?? []);
  expect(packages(main)).toEqual([]);
  expect([...new Set(packages(relyingParty))].sort()).toEqual(['jose', 'oauth4webapi', 'openid-client']);
});
