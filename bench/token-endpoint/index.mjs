// A token by client credentials: the token endpoint beside oidc-provider, in a new process and in a warm one. No store on either side.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { median } from '../authorizer/measure.mjs';
import { OIDC_PROVIDER, OWN } from './functions.mjs';
import { makeEvent, makeGiven } from './given.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bundleOptions = JSON.parse(readFileSync(join(root, 'scripts/bundle-options.json'), 'utf8'));
const COLD_ROUNDS = 15;
const WARM_ROUNDS = 15;
const REQUESTS = 200;

/** Loads a function and lets it issue a token, as the first request of a new environment; what was loaded before does not count. */
const COLD = `
  const { writeSync } = require('node:fs');
  const event = JSON.parse(process.argv[2]);
  for (const name of ['log', 'info', 'warn']) console[name] = () => {};
  const from = process.cpuUsage();
  const { handler } = require(process.argv[1]);
  handler(event).then(({ statusCode }) => {
    const { user, system } = process.cpuUsage(from);
    writeSync(1, JSON.stringify({ statusCode, cpu: (user + system) / 1000 }));
    process.exit();
  });
`;

/** Issues tokens with both functions in turns. */
const WARM = `
  const { writeSync } = require('node:fs');
  const [event, rounds, requests] = process.argv.slice(1, 4).map((text) => JSON.parse(text));
  for (const name of ['log', 'info', 'warn']) console[name] = () => {};
  const handlers = process.argv.slice(4).map((file) => require(file).handler);
  const cost = async (handler) => {
    const from = process.cpuUsage();
    for (let request = 0; request < requests; request++) {
      const { statusCode } = await handler(event);
      if (statusCode !== 200) throw new Error('status ' + statusCode);
    }
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000 / requests;
  };
  (async () => {
    const taken = [];
    for (let round = -2; round < rounds; round++) {
      const costs = [];
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) costs[index] = await cost(handlers[index]);
      if (round >= 0) taken.push(costs);
    }
    writeSync(1, JSON.stringify(taken));
    process.exit();
  })();
`;

/** Bundles a function of this folder. */
async function bundle(folder, name, contents) {
  const outfile = join(folder, `${name}.js`);
  await build({
    ...bundleOptions,
    absWorkingDir: root,
    stdin: { contents, resolveDir: join(root, 'bench/token-endpoint'), sourcefile: `${name}.ts`, loader: 'ts' },
    outfile,
  });
  return outfile;
}

/** The kit's functions that make what the endpoint is given. */
async function library(folder) {
  const outfile = join(folder, 'library.cjs');
  const contents = `
    export { generateApiToken } from '../../lambdas/lib/api-token';
    export { clientSecretBrand } from '../../lambdas/lib/grammar';`;
  const stdin = { contents, resolveDir: join(root, 'bench/token-endpoint'), loader: 'ts' };
  await build({ ...bundleOptions, absWorkingDir: root, stdin, outfile });
  return createRequire(import.meta.url)(outfile);
}

function start(script, args, env) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0 || stdout === '') {
    throw new Error(`a function did not answer: ${stderr}`);
  }
  return JSON.parse(stdout);
}

export async function run(print) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const given = makeGiven(await library(folder));
    const env = { BENCH_GIVEN: join(folder, 'given.json') };
    writeFileSync(env.BENCH_GIVEN, JSON.stringify(given));
    const event = JSON.stringify(makeEvent(given.client));
    const own = await bundle(folder, 'own', OWN);
    const peer = await bundle(folder, 'oidc-provider', OIDC_PROVIDER);
    cold(print, [own, peer], event, env);
    const taken = start(WARM, [event, String(WARM_ROUNDS), String(REQUESTS), own, peer], env);
    report(print, 'warm', taken, 0.5);
    const bytes = statSync(join(root, 'dist/lambdas/token-endpoint/bundle/index.js')).size;
    print(`bundle: ${bytes} bytes (goal 60000), oidc-provider ${statSync(peer).size} bytes`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cold(print, files, event, env) {
  const rounds = [];
  for (let round = -1; round < COLD_ROUNDS; round++) {
    const costs = [];
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const { statusCode, cpu } = start(COLD, [files[index], event], env);
      if (statusCode !== 200) {
        throw new Error(`${files[index]} answered with status ${statusCode}`);
      }
      costs[index] = cpu;
    }
    if (round >= 0) {
      rounds.push(costs);
    }
  }
  report(print, 'cold, load and first token', rounds, 0.25);
}

function report(print, what, rounds, goal) {
  const [own, peer] = [0, 1].map((index) => median(rounds.map((costs) => costs[index])).toFixed(2));
  const ratio = median(rounds.map(([left, right]) => left / right)).toFixed(2);
  print(`${what}: ${own} ms CPU, oidc-provider ${peer} ms: ${ratio}x (goal ${goal.toFixed(2)}x)`);
}
