// The authorizer without network: CPU time of each path as a ratio to one raw crypto.verify, in paired rounds. The clock is
// virtual and moves between the rounds, so that the authorizer has forgotten each token when it comes again.
import { constants, generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ROUNDS = 31;
const TOKENS = 200;
const ROUTES = 30;
const MAX_BUNDLE_BYTES = 25_000;
const START = 1_800_000_000;
/** Longer than the authorizer remembers a token. */
const ROUND_SECONDS = 6;
const ISSUER = 'https://issuer.example.com/';
const AUDIENCE = 'https://api.example.com/';

/** Bundles the authorizer with the options of the build. */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    await build({
      ...JSON.parse(readFileSync(join(root, 'scripts/bundle-options.json'), 'utf8')),
      absWorkingDir: root,
      entryPoints: ['bench/authorizer/entry.ts'],
      outfile: join(folder, 'index.js'),
    });
    return createRequire(import.meta.url)(join(folder, 'index.js'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const KINDS = {
  RS256: { ...generateKeyPairSync('rsa', { modulusLength: 2048 }), kid: 'r1' },
  ES256: { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), kid: 'e1' },
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token, and the input and signature that a raw verification of it takes. */
function makeToken(alg, number) {
  const { privateKey, publicKey, kid } = KINDS[alg];
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: `user-${number}`,
    client_id: 'reports',
    scope: 'sales:read users:read',
    jti: `${alg}-${number}`,
    iat: START - 10,
    nbf: START - 10,
    exp: START + 3000,
  };
  const text = `${encode({ alg, kid, typ: 'at+jwt' })}.${encode(claims)}`;
  const input = Buffer.from(text);
  const options = { dsaEncoding: 'ieee-p1363', padding: constants.RSA_PKCS1_PADDING };
  const signature = sign('sha256', input, { key: privateKey, ...options });
  return { token: `${text}.${signature.toString('base64url')}`, input, signature, key: { key: publicKey, ...options } };
}

function makeEvent(token) {
  const value = `Bearer ${token}`;
  return {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev/GET/v1/sales/emea',
    headers: { Accept: 'application/json', Host: 'api.example.com', 'User-Agent': 'bench', Authorization: value },
    multiValueHeaders: {
      Accept: ['application/json'],
      Host: ['api.example.com'],
      'User-Agent': ['bench'],
      Authorization: [value],
    },
    stageVariables: { gatehouseApi: 'sales' },
    requestContext: {
      apiId: 'api1',
      stage: 'dev',
      resourcePath: '/v1/sales/{region}',
      requestId: 'request-1',
      identity: { sourceIp: '192.0.2.1' },
    },
  };
}

/** Thirty routes, of which the tokens' scopes grant twenty. */
function makeRoutes() {
  const routes = Array.from({ length: ROUTES - 1 }, (_, index) => ({
    method: ['GET', 'POST', 'PUT'][index % 3],
    path: `/v1/resource-${Math.floor(index / 3)}`,
    rule: { kind: 'scopes', anyOf: [[['sales:read', 'users:read', 'admin:write'][index % 3]]] },
  }));
  return [...routes, { method: 'GET', path: '/v1/sales/{region}', rule: { kind: 'scopes', anyOf: [['sales:read']] } }];
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU microseconds of one operation, all threads of the process included. */
async function cpuOf({ operations, run }) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

export async function run(print) {
  const kit = await load();
  let now = START;
  const pepperText = kit.createPepperDocument(new Date(START * 1000));
  const pepper = kit.parsePepperDocument(pepperText);
  const items = new Map();
  const ports = {
    clock: () => now * 1000,
    readItem: async (key) => items.get(key),
    readPepper: async () => pepperText,
    fetchKeySet: async () => Promise.reject(new Error('no network here')),
    verifySignature: kit.joseSignatureEngine,
    log: () => {},
    warn: () => {},
  };
  const jwks = {
    keys: Object.entries(KINDS).map(([alg, { publicKey, kid }]) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg,
    })),
  };
  const authorize = kit.createAuthorizer(
    {
      version: 1,
      environment: 'dev',
      region: 'eu-central-1',
      apiTokens: { brand: 'acme', tokenEnvironments: ['test'], table: 'tokens', pepperSecret: 'pepper' },
      issuers: [
        {
          issuer: ISSUER,
          audience: [AUDIENCE],
          algorithms: ['RS256', 'ES256'],
          jwks,
          types: ['at+jwt'],
          maxLifetimeSeconds: 3600,
          leewaySeconds: 5,
        },
      ],
      revocation: { refreshSeconds: 30, maxAgeSeconds: 120 },
      apis: {
        sales: { routes: kit.compileRoutes(makeRoutes()), revocation: 'bounded', resultCacheSeconds: 60 },
      },
      metricsNamespace: 'Gatehouse',
    },
    ports,
  );

  const jwts = Object.fromEntries(
    Object.keys(KINDS).map((alg) => [alg, Array.from({ length: TOKENS }, (_, number) => makeToken(alg, number))]),
  );
  const events = Object.fromEntries(
    Object.entries(jwts).map(([alg, list]) => [alg, list.map(({ token }) => makeEvent(token))]),
  );
  // The signature of the next token, under this one's claims.
  const forged = jwts.RS256.map(({ token }, index) => {
    const other = jwts.RS256[(index + 1) % TOKENS].token;
    return makeEvent(token.slice(0, token.lastIndexOf('.')) + other.slice(other.lastIndexOf('.')));
  });
  const apiTokens = Array.from({ length: TOKENS }, () => {
    const { token, id } = kit.generateApiToken('acme', 'test');
    const { id: pepperId } = pepper.payload.current;
    items.set(`token#${id}`, {
      pk: `token#${id}`,
      entity: 'token',
      id,
      name: 'bench',
      application: 'reports',
      environment: 'dev',
      scopes: ['sales:read', 'users:read'],
      status: 'active',
      cidrs: [],
      createdAt: START,
      createdBy: 'bench',
      expiresAt: START + 86_400,
      generations: [
        { number: 1, hash: kit.hashApiToken(kit.findPepper(pepper, pepperId), token), pepperId, createdAt: START },
      ],
      version: 1,
    });
    return { event: makeEvent(token), typo: makeEvent(`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`) };
  });
  const remembered = makeEvent(jwts.RS256[0].token);
  const garbage = Array.from({ length: TOKENS }, (_, index) => makeEvent(`no-token-${index}`));

  const allowed = async (list) => {
    for (const event of list) {
      await authorize(event);
    }
  };
  const refused = async (list) => {
    let count = 0;
    for (const event of list) {
      try {
        await authorize(event);
      } catch (error) {
        count += error.message === 'Unauthorized' ? 1 : 0;
      }
    }
    if (count !== list.length) {
      throw new Error(`${list.length - count} of ${list.length} bad tokens were not refused with 401`);
    }
  };
  const raw = (alg) => async () => {
    for (const { input, signature, key } of jwts[alg]) {
      if (!verify('sha256', input, key, signature)) {
        throw new Error(`raw ${alg} verification failed`);
      }
    }
  };
  const localKeySet = kit.createLocalJWKSet(jwks);
  const peer = (alg) => async () => {
    for (const { token } of jwts[alg]) {
      await kit.jwtVerify(token, localKeySet, {
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['RS256', 'ES256'],
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
        currentDate: new Date(now * 1000),
      });
    }
  };
  const times = (count, work) => async () => {
    for (let number = 0; number < count; number++) {
      await work();
    }
  };
  const subjects = {
    rawRS256: { operations: 5 * TOKENS, run: times(5, raw('RS256')) },
    rawES256: { operations: 2 * TOKENS, run: times(2, raw('ES256')) },
    joseRS256: { operations: TOKENS, run: peer('RS256') },
    joseES256: { operations: TOKENS, run: peer('ES256') },
    firstRS256: { operations: TOKENS, run: () => allowed(events.RS256) },
    firstES256: { operations: TOKENS, run: () => allowed(events.ES256) },
    remembered: { operations: 4000, run: times(4000, () => authorize(remembered)) },
    apiToken: { operations: 10 * TOKENS, run: times(10, () => allowed(apiTokens.map((one) => one.event))) },
    garbage: { operations: 20 * TOKENS, run: times(20, () => refused(garbage)) },
    typo: { operations: 20 * TOKENS, run: times(20, () => refused(apiTokens.map((one) => one.typo))) },
    badSignature: { operations: TOKENS, run: () => refused(forged) },
  };

  const rounds = [];
  for (let round = -3; round < ROUNDS; round++) {
    now += ROUND_SECONDS;
    const names = Object.keys(subjects);
    const cpu = {};
    // Every other round runs backwards, so that no subject always follows the same one.
    for (const name of round % 2 === 0 ? names : names.reverse()) {
      cpu[name] = await cpuOf(subjects[name]);
    }
    if (round >= 0) {
      rounds.push(cpu);
    }
  }
  const micro = (name) => median(rounds.map((cpu) => cpu[name])).toFixed(1);
  const ratio = (name, base) => median(rounds.map((cpu) => cpu[name] / cpu[base])).toFixed(2);
  const line = (path, name, base, anchor, goal) =>
    print(`${path}: ${ratio(name, base)}x ${anchor}, ${micro(name)} µs CPU (${goal})`);
  const RAW = 'raw crypto.verify RS256';

  print(`anchors: raw crypto.verify RS256 ${micro('rawRS256')} µs CPU, ES256 ${micro('rawES256')} µs CPU`);
  for (const alg of Object.keys(KINDS)) {
    line(`first-seen ${alg} token`, `first${alg}`, `jose${alg}`, 'jose.jwtVerify with a local key set', 'goal 1.10x');
    const goal = { RS256: 6, ES256: 2.3 }[alg];
    line(`first-seen ${alg} token`, `first${alg}`, `raw${alg}`, `raw crypto.verify ${alg}`, `goal ${goal}x`);
  }
  line('remembered RS256 token', 'remembered', 'rawRS256', RAW, 'goal 0.08x');
  line('API token without its read', 'apiToken', 'rawRS256', RAW, 'goal 0.25x');
  line('garbage', 'garbage', 'rawRS256', RAW, 'goal 1 µs');
  line('API token with a wrong checksum', 'typo', 'rawRS256', RAW, 'no goal');
  line('RS256 token with a bad signature', 'badSignature', 'rawRS256', RAW, 'no goal for this engine');
  const bundle = join(root, 'dist/lambdas/authorizer/bundle/index.js');
  if (!existsSync(bundle)) {
    throw new Error('dist/lambdas/authorizer/bundle/index.js is missing: run npm run build first');
  }
  print(`bundle: ${statSync(bundle).size} bytes (goal ${MAX_BUNDLE_BYTES})`);
}
