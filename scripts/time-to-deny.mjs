// Prints how long a revocation takes in the sandbox with both modes, as the revocation canary measures it.
// Usage: npm run build, then node scripts/time-to-deny.mjs
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { bootstrap } from '../dist/cli/bootstrap.js';
import { startSandbox } from '../dist/sandbox/index.js';
import { loadConfig } from '../dist/stacks/config/index.js';
import { synthesize } from '../dist/stacks/index.js';

const example = resolve(dirname(fileURLToPath(import.meta.url)), '../examples/homepage-dashboard');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-time-to-deny-'));
let sandbox;
try {
  const config = JSON.parse(readFileSync(join(example, 'gatehouse.config.json'), 'utf8'));
  const { tokenService, resultCacheSeconds, ...api } = absolute(config.apis.homepage);
  const revocationCanary = { route: 'GET /v1/sales', tier: 'partner' };
  config.apis = {
    bounded: { ...api, tokenService, resultCacheSeconds, revocationCanary },
    strict: { ...api, revocation: 'strict', revocationCanary },
  };
  const file = join(folder, 'gatehouse.config.json');
  writeFileSync(file, JSON.stringify(config));
  const synthDir = join(folder, 'cdktf.out');
  synthesize(loadConfig(file), synthDir);
  sandbox = await startSandbox({ synthDir, environment: 'dev', stateDir: join(folder, 'state'), port: 0 });
  const client = new LambdaClient({
    region: 'eu-west-1',
    endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
    credentials: sandbox.awsCredentials,
  });
  // The first token makes the pepper, as after a first deployment.
  await bootstrap({
    namePrefix: 'homepage-dev',
    region: 'eu-west-1',
    endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
    credentials: sandbox.awsCredentials,
  });
  for (const mode of Object.keys(config.apis)) {
    const answer = await client.send(new InvokeCommand({ FunctionName: `homepage-dev-${mode}-canary` }));
    const result = JSON.parse(Buffer.from(answer.Payload).toString('utf8'));
    if (answer.FunctionError !== undefined) {
      throw new Error(result.errorMessage);
    }
    const { timeToDenyMs, boundSeconds, held } = result;
    console.log(
      `${mode}: denied ${timeToDenyMs} ms after the revocation, bound ${boundSeconds} s: ${held ? 'held' : 'BROKEN'}`,
    );
  }
  client.destroy();
} finally {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Paths of the configuration, which was written elsewhere. */
function absolute({ openapi, backends, ...rest }) {
  const moved = Object.entries(backends).map(([name, backend]) => [
    name,
    { ...backend, bundle: join(example, backend.bundle) },
  ]);
  return { ...rest, openapi: join(example, openapi), backends: Object.fromEntries(moved) };
}
