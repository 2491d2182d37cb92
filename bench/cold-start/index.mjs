// Load and first verification in a new process: the authorizer as built, with each engine, beside functions that others would
// write. The processes of a round run one after the other, so that what disturbs one round disturbs all of them alike.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { median } from '../authorizer/measure.mjs';
import { AUDIENCE, ISSUER, JWKS, makeConfig, makeEvent, makeToken } from '../authorizer/tokens.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bundleOptions = JSON.parse(readFileSync(join(root, 'scripts/bundle-options.json'), 'utf8'));
const ROUNDS = 25;

/** Loads a function, lets it verify one token, and tells what that took; what was loaded before does not count. */
const PROBE = `
  const { writeSync } = require('node:fs');
  const event = JSON.parse(process.argv[2]);
  const write = process.stdout.write;
  process.stdout.write = () => true;
  const from = process.cpuUsage();
  const wallFrom = process.hrtime.bigint();
  const { handler } = require(process.argv[1]);
  const loaded = process.cpuUsage(from);
  handler(event).then(() => {
    const { user, system } = process.cpuUsage(from);
    const wall = Number(process.hrtime.bigint() - wallFrom) / 1e6;
    process.stdout.write = write;
    const files = Object.keys(require.cache);
    writeSync(1, JSON.stringify({ cpu: (user + system) / 1000, load: (loaded.user + loaded.system) / 1000, wall, files }));
  });
`;

/** Bundles a function of a peer, with the keys beside it. */
async function peer(folder, name, contents) {
  const to = join(folder, name);
  await build({
    ...bundleOptions,
    absWorkingDir: root,
    stdin: { contents, resolveDir: join(root, 'bench'), sourcefile: `${name}.mjs` },
    outfile: join(to, 'index.js'),
  });
  writeFileSync(join(to, 'jwks.json'), JSON.stringify(JWKS));
  return join(to, 'index.js');
}

const READ_KEYS = `import { readFileSync } from 'node:fs';
  import { join } from 'node:path';
  const jwks = JSON.parse(readFileSync(join(__dirname, 'jwks.json'), 'utf8'));
  const tokenOf = (event) => event.headers.Authorization.slice('Bearer '.length);`;

const AWS_JWT_VERIFY = `${READ_KEYS}
  import { JwtVerifier } from 'aws-jwt-verify';
  const verifier = JwtVerifier.create({ issuer: '${ISSUER}', audience: '${AUDIENCE}', jwksUri: '${ISSUER}jwks' });
  verifier.cacheJwks(jwks);
  export const handler = async (event) => verifier.verifySync(tokenOf(event));`;

// The keys are put into the remote key set's cache: no network here, and none is counted.
const REMOTE_AND_SDK = `${READ_KEYS}
  import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
  import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
  import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
  import { createRemoteJWKSet, jwksCache, jwtVerify } from 'jose';
  export const table = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  export const secrets = new SecretsManagerClient({ region: 'eu-central-1' });
  const keys = createRemoteJWKSet(new URL('${ISSUER}jwks'), { [jwksCache]: { jwks, uat: Date.now() } });
  export const handler = (event) =>
    jwtVerify(tokenOf(event), keys, { issuer: '${ISSUER}', audience: '${AUDIENCE}', typ: 'at+jwt' });`;

/** The authorizer as built, with a configuration of its own; the processes load it as a function does. */
function own(folder, engine) {
  const built = join(root, 'dist/lambdas/authorizer/bundle');
  if (!existsSync(join(built, 'index.js'))) {
    throw new Error('dist/lambdas/authorizer/bundle/index.js is missing: run npm run build first');
  }
  const to = join(folder, `gatehouse-${engine}`);
  mkdirSync(to);
  cpSync(built, to, { recursive: true });
  const load = (name) => createRequire(import.meta.url)(join(root, `dist/lambdas/authorizer/${name}.js`));
  const config = makeConfig({ ...load('routes/route-compiler'), ...load('answer/policy-compiler') });
  writeFileSync(join(to, 'config.json'), JSON.stringify({ ...config, engine }));
  return join(to, 'index.js');
}

function start(file, event) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', PROBE, file, event], { encoding: 'utf8' });
  if (status !== 0 || stdout === '') {
    throw new Error(`${file} did not answer: ${stderr}`);
  }
  return JSON.parse(stdout);
}

export async function run(print) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const functions = {
      jose: own(folder, 'jose'),
      'node-crypto': own(folder, 'node-crypto'),
      aws: await peer(folder, 'aws-jwt-verify', AWS_JWT_VERIFY),
      sdk: await peer(folder, 'remote-and-sdk', REMOTE_AND_SDK),
    };
    for (const alg of ['RS256', 'ES256']) {
      report(print, alg, measure(functions, JSON.stringify(makeEvent(makeToken(alg, 1).token))));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(functions, event) {
  const rounds = [];
  for (let round = -1; round < ROUNDS; round++) {
    const names = Object.keys(functions);
    const taken = {};
    for (const name of round % 2 === 0 ? names : names.reverse()) {
      taken[name] = start(functions[name], event);
    }
    if (round >= 0) {
      rounds.push(taken);
    }
  }
  return rounds;
}

function report(print, alg, rounds) {
  const ratio = (name, base) => median(rounds.map((taken) => taken[name].cpu / taken[base].cpu)).toFixed(2);
  const of = (name, what) => median(rounds.map((taken) => taken[name][what])).toFixed(1);
  const bytes = (name) => rounds[0][name].files.reduce((sum, file) => sum + statSync(file).size, 0);
  const line = (title, name, goals = '') =>
    print(
      `${alg} ${title}: ${of(name, 'cpu')} ms CPU (load ${of(name, 'load')}), ${of(name, 'wall')} ms, ${bytes(name)} bytes${goals}`,
    );
  line('jose remote + DynamoDB + lib + Secrets Manager', 'sdk');
  line('aws-jwt-verify only', 'aws');
  for (const [engine, goal] of [
    ['jose', 1.35],
    ['node-crypto', 1],
  ]) {
    const toSdk = `${ratio(engine, 'sdk')}x the one with the SDK (goal 0.25x)`;
    const toAws = `${ratio(engine, 'aws')}x aws-jwt-verify only (goal ${goal.toFixed(2)}x)`;
    line(`authorizer, engine ${engine}`, engine, `; ${toSdk}, ${toAws}`);
  }
}
