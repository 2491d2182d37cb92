import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { bootstrap } from '../../cli/bootstrap';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { call, temporaryFolder, withoutIdentity, writeExampleConfig } from './support';

const CACHE_SECONDS = 3;

/** Two APIs with a canary each, in the sandbox with the real bundles and over HTTP. */
describe('revocation canaries in the sandbox', () => {
  const folder = temporaryFolder();
  const lines: string[] = [];
  let sandbox: Sandbox;
  let client: LambdaClient;
  let administrator: string;

  beforeAll(async () => {
    const config = writeExampleConfig(folder.path, (example) => {
      const { homepage } = example.apis;
      if (!homepage) {
        throw new Error('the example has no API "homepage"');
      }
      const { tokenService, resultCacheSeconds: _, ...api } = homepage;
      const revocationCanary = { route: 'GET /v1/sales', tier: 'partner' };
      return {
        ...withoutIdentity(example),
        apis: {
          bounded: {
            ...api,
            ...(tokenService && { tokenService }),
            resultCacheSeconds: CACHE_SECONDS,
            revocationCanary,
          },
          strict: { ...api, revocation: 'strict', revocationCanary },
        },
      };
    });
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir);
    sandbox = await startSandbox({
      synthDir,
      environment: 'dev',
      stateDir: join(folder.path, 'state'),
      port: 0,
      onFunctionLog: (name, line) => name.endsWith('-canary') && lines.push(line),
    });
    const endpoint = String(sandbox.awsEnvironment.AWS_ENDPOINT_URL);
    const connection = { region: 'eu-west-1', endpoint, credentials: sandbox.awsCredentials };
    client = new LambdaClient(connection);
    administrator = (await bootstrap({ namePrefix: 'homepage-dev', ...connection })).token;
  }, 60_000);

  afterAll(async () => {
    client?.destroy();
    await sandbox?.close();
    folder.remove();
  });

  async function invoke(FunctionName: string, event: object = {}, Qualifier?: string) {
    const Payload = Buffer.from(JSON.stringify(event));
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload, ...(Qualifier && { Qualifier }) }));
    return { failed: answer.FunctionError, body: JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) };
  }

  const run = (mode: string) => invoke(`homepage-dev-${mode}-canary`);

  /** States of the tokens of a canary, as the token service lists them. */
  async function states(mode: string): Promise<unknown[]> {
    const base = sandbox.apis.find(({ baseUrl }) => baseUrl.includes('/bounded/'))?.baseUrl;
    const url = `${base}/v1/tokens?application=gatehouse-canary-${mode}`;
    const { body } = await call(url, { token: administrator });
    return (body.tokens as { status: unknown }[]).map(({ status }) => status);
  }

  test.each([
    ['bounded', CACHE_SECONDS],
    ['strict', 0],
  ])('%s: measures the time to deny, within the bound, and leaves no token', async (mode, boundSeconds) => {
    const { failed, body } = await run(mode);
    expect({ failed, ...body }).toEqual({
      failed: undefined,
      api: mode,
      timeToDenyMs: expect.any(Number),
      boundSeconds,
      held: true,
    });
    console.log(
      `${mode}: the canary says denied ${body.timeToDenyMs} ms after the revocation, bound ${boundSeconds} s`,
    );
    expect(await states(mode)).toEqual(['revoked']);
    expect(
      JSON.parse(lines.find((line) => line.includes('canary.revocation') && line.includes(mode)) ?? '{}'),
    ).toMatchObject({
      Api: mode,
      Service: 'revocation-canary',
      RevocationTimeToDeny: body.timeToDenyMs,
      RevocationBoundBroken: 0,
      RevocationCanaryFailed: 0,
    });
  });

  test('the next run ends what a crashed one left', async () => {
    await invoke('homepage-dev-token-service', { action: 'startCanary', canary: 'strict' }, 'canary');
    expect(await states('strict')).toContain('active');
    expect(await run('strict')).toMatchObject({ failed: undefined });
    expect(new Set(await states('strict'))).toEqual(new Set(['revoked']));
  });

  test('the alias gives nobody an administrator token', async () => {
    const { failed, body } = await invoke(
      'homepage-dev-token-service',
      { action: 'issueAdministratorToken' },
      'canary',
    );
    expect(failed).toBe('Unhandled');
    expect(body.errorMessage).toContain('unsupported event');
  });
});
