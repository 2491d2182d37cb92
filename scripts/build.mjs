// Builds the kit: compiled JavaScript, function bundles, the token service's OpenAPI document, and the example's backends.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { makeIndexLazy } from './lazy-index.mjs';
import { prune } from './prune.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

// Every option that decides bytes is pinned: a bundle must be the same on each machine.
const bundleOptions = { ...JSON.parse(readFileSync('scripts/bundle-options.json', 'utf8')), absWorkingDir: root };

/** Folders below `folder` that hold an index.ts. */
function foldersWithEntry(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'index.ts')))
    .sort();
}

function compile() {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  // `npx gatehouse` in a checkout runs this file itself; npm makes it executable at its own install alone.
  chmodSync('dist/cli/main.js', 0o755);
  if (existsSync('audit/report/report.schema.json')) {
    cpSync('audit/report/report.schema.json', 'dist/audit/report/report.schema.json');
  }
}

/**
 * The modules that the bundler leaves out of a function are bundles of their own, which its `index.js` loads when its configuration asks.
 * A cold start does not pay for those that it does not need.
 */
async function bundleFunctions() {
  for (const name of foldersWithEntry('lambdas')) {
    const parts = bundleOptions.external
      .map((module) => join('lambdas', name, `${module}.ts`))
      .filter((file) => existsSync(file));
    await build({
      ...bundleOptions,
      entryPoints: [`lambdas/${name}/index.ts`, ...parts],
      outbase: `lambdas/${name}`,
      outdir: `dist/lambdas/${name}/bundle`,
    });
  }
}

async function bundleExamples() {
  const example = 'examples/homepage-dashboard';
  rmSync(`${example}/dist`, { recursive: true, force: true });
  for (const name of foldersWithEntry(`${example}/backends`)) {
    await build({
      ...bundleOptions,
      entryPoints: [`${example}/backends/${name}/index.ts`],
      outfile: `${example}/dist/${name}/index.js`,
    });
  }
}

async function writeTokenServiceDocument() {
  const { outputFiles } = await build({
    ...bundleOptions,
    entryPoints: ['lambdas/token-service/openapi.ts'],
    write: false,
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  mkdirSync('dist/lambdas/token-service', { recursive: true });
  writeFileSync(
    'dist/lambdas/token-service/openapi.json',
    `${JSON.stringify(module.exports.openApiDocument(), null, 2)}\n`,
  );
}

rmSync('dist', { recursive: true, force: true });
await bundleFunctions();
await bundleExamples();
await writeTokenServiceDocument();
/** The JSON Schema of the configuration, from the description that the kit itself checks by. */
function writeConfigurationSchema() {
  const { publishedSchema } = createRequire(import.meta.url)('../dist/stacks/config/schema/configuration.js');
  writeFileSync('dist/stacks/config/gatehouse.config.schema.json', `${JSON.stringify(publishedSchema(), null, 2)}\n`);
}

compile();
writeConfigurationSchema();
makeIndexLazy();
prune();
