import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../../cli/bootstrap';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { call, temporaryFolder } from './support';

type Operation = readonly [method: string, path: string, scopes: readonly string[]];

/** Resources in resources, with scopes of their own each: one policy cannot tell all of them apart. */
const VANS: readonly Operation[] = [
  ['get', '/vans/{van}', ['vans:read']],
  ['get', '/vans/{van}/stops', ['stops:read']],
  ['get', '/vans/{van}/tours/{tour}/stops', ['tours:read']],
];

/** One policy can tell these apart: that of the token denies what lies below. */
const SALES: readonly Operation[] = [
  ['get', '/v1/sales/{region}', ['sales:read']],
  ['get', '/v1/sales/{region}/timeseries', ['sales:read', 'reports:read']],
  ['get', '/v1/status', ['status:read']],
];

/** 308 routes, spread over five scopes that grant 1, 45, 100, 242 and 308 of them together. */
const SHARES = [1, 44, 55, 142, 66];
const SPREAD = SHARES.flatMap((count, share) =>
  Array.from({ length: count }, (_, index) => ({ share, at: index / count })),
)
  .sort((a, b) => a.at - b.at || a.share - b.share)
  .map(({ share }, index): Operation => [index % 2 ? 'post' : 'get', `/parts-${index >> 1}/{part}`, [`s${share}:use`]]);

function openApi(operations: readonly Operation[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [method, path, scopes] of operations) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    paths[path] = {
      ...paths[path],
      [method]: {
        parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
        security: [{ token: scopes }],
        responses: { 200: { description: 'the path' } },
      },
    };
  }
  const clientCredentials = { tokenUrl: 'https://tokens.example/t', scopes: {} };
  return {
    openapi: '3.0.3',
    info: { title: 'routes', version: '1' },
    'x-gatehouse-backend': 'echo',
    components: { securitySchemes: { token: { type: 'oauth2', flows: { clientCredentials } } } },
    paths,
  };
}

const APIS = {
  vans: { operations: VANS },
  uncached: { operations: VANS, resultCacheSeconds: 0 },
  strict: { operations: VANS, revocation: 'strict' },
  forced: { operations: SALES, resultPerRoute: true },
  sales: { operations: SALES },
  parts: { operations: SPREAD },
} as const;

const SCOPES = [
  'tokens:read',
  'tokens:write',
  'teams:write',
  'trail:read',
  ...[VANS, SALES, SPREAD].flat().flatMap(([, , scopes]) => scopes),
];

describe('route tables of every kind, through HTTP', () => {
  const folder = temporaryFolder();
  const functionLog: string[] = [];
  let sandbox: Sandbox;
  let administrator: string;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    mkdirSync(join(folder.path, 'echo'));
    const handler = 'async (event) => ({ statusCode: 200, body: JSON.stringify({ resource: event.resource }) })';
    writeFileSync(join(folder.path, 'echo/index.js'), `exports.handler = ${handler};`);
    const apis = Object.entries(APIS).map(([name, { operations, ...settings }]) => {
      writeFileSync(join(folder.path, `${name}.json`), JSON.stringify(openApi(operations)));
      const backends = { echo: { bundle: 'echo' } };
      // Its routes are too many kinds for one policy: the API of the other tables keeps its own.
      const tokenService = name === 'forced' ? { tokenService: { basePath: '/gatehouse' } } : {};
      return [name, { openapi: `${name}.json`, backends, ...tokenService, ...settings }] as const;
    });
    writeFileSync(
      join(folder.path, 'gatehouse.config.json'),
      JSON.stringify({
        prefix: 'fleet',
        account: '111122223333',
        region: 'eu-central-1',
        tokens: { brand: 'fleet' },
        scopes: Object.fromEntries(SCOPES.map((scope) => [scope, 'of a test'])),
        tiers: { wide: { rateLimit: 500, burstLimit: 1000 } },
        apis: Object.fromEntries(apis),
        environments: { dev: { tokenEnvironment: 'test' } },
      }),
    );
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(join(folder.path, 'gatehouse.config.json')), synthDir, { onWarning: () => undefined });
    sandbox = await startSandbox({
      synthDir,
      environment: 'dev',
      stateDir: join(folder.path, 'state'),
      port: 0,
      onFunctionLog: (_name: string, line: string) => functionLog.push(line),
    });
    const made = await bootstrap({
      namePrefix: 'fleet-dev',
      region: 'eu-central-1',
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
    });
    administrator = made.token;
  }, 120_000);

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  async function tokenOf(...scopes: string[]): Promise<string> {
    const key = scopes.join(' ');
    const known = tokens.get(key);
    if (known !== undefined) {
      return known;
    }
    const body = { name: 'test', application: 'fleet', scopes, tier: 'wide' };
    const issued = await call(`${urlOf('forced')}/gatehouse/tokens`, { method: 'POST', token: administrator, body });
    expect(issued).toMatchObject({ status: 201 });
    tokens.set(key, String(issued.body.token));
    return String(issued.body.token);
  }

  const urlOf = (api: string) => sandbox.apis.find((one) => one.api === api)?.baseUrl ?? '';

  /** Decisions of the authorizer; a result from the gateway's cache adds none. */
  const decisions = () =>
    functionLog
      .filter((line) => line.includes('auth.decision'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  async function get(api: string, path: string, token: string): Promise<readonly [number, unknown]> {
    const { status, body } = await call(`${urlOf(api)}${path}`, { token });
    return [status, body.resource];
  }

  describe('attack: a slash at the end', () => {
    const TIMESERIES = '/v1/sales/europe/timeseries';

    test.each(['sales', 'forced'])('%s: is refused like the path without it, whichever comes first', async (api) => {
      const token = await tokenOf('sales:read');
      for (const path of [
        TIMESERIES,
        `${TIMESERIES}/`,
        TIMESERIES,
        '/v1/sales/europe',
        `${TIMESERIES}/`,
        `${TIMESERIES}//`,
      ]) {
        const expected = path === '/v1/sales/europe' ? 200 : 403;
        expect([path, (await get(api, path, token))[0]]).toEqual([path, expected]);
      }
      const ofRoute = decisions().filter(({ route }) => route === 'GET /v1/sales/{region}/timeseries');
      expect(new Set(ofRoute.map(({ decision }) => decision))).toEqual(new Set(['deny']));
    });

    test.each(['sales', 'forced'])('%s: is served to whom the path is granted', async (api) => {
      const token = await tokenOf('sales:read', 'reports:read');
      for (const path of [TIMESERIES, `${TIMESERIES}/`]) {
        expect(await get(api, path, token)).toEqual([200, '/v1/sales/{region}/timeseries']);
      }
    });

    test.each(['/v1/sales/europe//timeseries', '//v1/sales/europe/timeseries', '/v1/sales/europe/./timeseries/'])(
      'other spellings let nobody in either: %s',
      async (path) => {
        const token = await tokenOf('sales:read');
        await get('sales', '/v1/sales/europe', token);
        expect((await get('sales', path, token))[0]).toBe(403);
      },
    );

    test('what is granted and written otherwise is denied by a wildcard policy, and the log says it', async () => {
      const token = await tokenOf('sales:read');
      expect((await get('sales', '/v1/sales//europe', token))[0]).toBe(403);
      const fresh = await tokenOf('sales:read', 'status:read');
      expect((await get('sales', '/v1/sales//europe', fresh))[0]).toBe(403);
      expect(decisions().at(-1)).toMatchObject({ decision: 'deny', route: 'GET /v1/sales/{region}' });
      expect(functionLog.filter((line) => line.includes('auth.decision')).at(-1)).toContain('unusual_path');
    });
  });

  describe.each(['vans', 'uncached', 'strict'])('nested routes, API %s', (api) => {
    test.each([
      ['vans:read', [200, 403, 403]],
      ['stops:read', [403, 200, 403]],
      ['tours:read', [403, 403, 200]],
      ['vans:read tours:read', [200, 403, 200]],
      ['vans:read stops:read tours:read', [200, 200, 200]],
    ])('%s opens its own routes, in any order', async (scopes, expected) => {
      const token = await tokenOf(...scopes.split(' '));
      const paths = ['/vans/7', '/vans/7/stops', '/vans/7/tours/3/stops'];
      for (const index of [0, 1, 2, 1, 0, 2]) {
        for (const slash of ['', '/']) {
          const [status] = await get(api, `${paths[index]}${slash}`, token);
          expect([paths[index], slash, status]).toEqual([paths[index], slash, expected[index]]);
        }
      }
    });
  });

  test('an answer for one route is kept for token, method and resource', async () => {
    const token = await tokenOf('vans:read', 'stops:read');
    const asked = async (path: string) => {
      const before = decisions().length;
      await get('vans', path, token);
      return decisions().length - before;
    };
    expect(await asked('/vans/1')).toBe(1);
    expect(await asked('/vans/2/')).toBe(0);
    expect(await asked('/vans/1/stops')).toBe(1);
    expect(await asked('/vans/3/stops')).toBe(0);
    expect(await asked('/vans/1/tours/1/stops')).toBe(1);
    expect(await asked('/vans/1')).toBe(0);
  });

  test('a gateway whose routes one policy tells apart keeps it for all of them', async () => {
    const token = await tokenOf('sales:read', 'reports:read', 'status:read');
    await get('sales', '/v1/sales/emea', token);
    const before = decisions().length;
    expect(await get('sales', '/v1/status', token)).toEqual([200, '/v1/status']);
    expect(await get('sales', '/v1/sales/apac/timeseries', token)).toEqual([200, '/v1/sales/{region}/timeseries']);
    expect(decisions()).toHaveLength(before);
  });

  /** The only route of the smallest share, and every fourth of the others: a request for each takes too long here. */
  const SAMPLE = SPREAD.filter(([, , [scope]], index) => scope === 's0:use' || index % 4 === 0);

  test.each([1, 45, 100, 242, 308])('a token that may call %i of 308 routes is answered on each', async (granted) => {
    const shares = SHARES.map((_, index) => index).filter(
      (index) => SHARES.slice(0, index + 1).reduce((sum, count) => sum + count, 0) <= granted,
    );
    const scopes = shares.map((share) => `s${share}:use`);
    expect(SPREAD.filter(([, , [scope = '']]) => scopes.includes(scope))).toHaveLength(granted);
    const token = await tokenOf(...scopes);
    for (const [method, path, [scope = '']] of SAMPLE) {
      const url = `${urlOf('parts')}${path.replace('{part}', 'x')}`;
      const { status } = await call(url, { method: method.toUpperCase(), token });
      expect([method, path, status]).toEqual([method, path, scopes.includes(scope) ? 200 : 403]);
    }
    const [[method = '', path = ''] = []] = SAMPLE;
    const before = decisions().length;
    await call(`${urlOf('parts')}${path.replace('{part}', 'y')}/`, { method: method.toUpperCase(), token });
    expect(decisions()).toHaveLength(before);
  });
});
