// The authorizer without network, with each engine, beside its peers: CPU time of each path in paired rounds. The clock is
// virtual and moves between the rounds, so that the authorizer has forgotten each token when it comes again.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { measure } from './measure.mjs';
import { awsJwtVerify, fastJwt, jose, raw } from './peers.mjs';
import { KINDS, makeConfig, makeEvent, makeToken, START } from './tokens.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ROUNDS = 31;
const TOKENS = 200;
/** Longer than the authorizer remembers a token. */
const ROUND_SECONDS = 6;
const ENGINES = ['jose', 'node-crypto'];

/** Bundles the authorizer and its peers with the options of the build. */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    await build({
      ...JSON.parse(readFileSync(join(root, 'scripts/bundle-options.json'), 'utf8')),
      absWorkingDir: root,
      // One file: there are no optional parts beside it.
      external: [],
      entryPoints: ['bench/authorizer/entry.ts'],
      outfile: join(folder, 'index.js'),
    });
    return createRequire(import.meta.url)(join(folder, 'index.js'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const refuse = (what) => () => Promise.reject(new Error(`no ${what} here`));

/** API tokens in a table in memory, and each with its last character changed. */
function apiTokens(kit, items, pepperText) {
  const pepper = kit.parsePepperDocument(pepperText);
  const { id: pepperId } = pepper.payload.current;
  return Array.from({ length: TOKENS }, () => {
    const { token, id } = kit.generateApiToken('acme', 'test');
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
        { number: 1, hash: kit.hashApiToken(kit.pepperKeys(pepper).get(pepperId), token), pepperId, createdAt: START },
      ],
      version: 1,
    });
    return { event: makeEvent(token), typo: makeEvent(`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`) };
  });
}

const allowed = (authorize, events) => async () => {
  for (const event of events) {
    await authorize(event);
  }
};

const refused = (authorize, events) => async () => {
  let count = 0;
  for (const event of events) {
    try {
      await authorize(event);
    } catch (error) {
      count += error.message === 'Unauthorized' ? 1 : 0;
    }
  }
  if (count !== events.length) {
    throw new Error(`${events.length - count} of ${events.length} bad tokens were not refused with 401`);
  }
};

const once = (run) => ({ operations: TOKENS, run });
const times = (count, run) => ({
  operations: count * TOKENS,
  run: async () => {
    for (let number = 0; number < count; number++) {
      await run();
    }
  },
});

export async function run(print) {
  const kit = await load();
  let now = START;
  const clock = () => now * 1000;
  const pepperText = kit.createPepperDocument(new Date(START * 1000));
  const items = new Map();
  const tokens = apiTokens(kit, items, pepperText);
  const tables = { brand: 'acme', tokenEnvironments: ['test'], table: 'tokens', pepperSecret: 'pepper' };
  const authorizerWith = (verifySignature) =>
    kit.createAuthorizer(
      { ...makeConfig(kit), apiTokens: tables },
      {
        clock,
        readItem: async (key) => items.get(key),
        readPepper: async () => pepperText,
        readSecret: refuse('secret'),
        send: refuse('network'),
        fetchKeySet: refuse('network'),
        verifySignature,
        log: () => {},
        warn: () => {},
      },
    );
  const authorizers = { jose: authorizerWith(kit.joseEngine), 'node-crypto': authorizerWith(kit.nodeCryptoEngine) };

  const algs = Object.keys(KINDS);
  const jwts = Object.fromEntries(
    algs.map((alg) => [alg, Array.from({ length: TOKENS }, (_, number) => makeToken(alg, number))]),
  );
  const eventsOf = (list) => list.map(({ token }) => makeEvent(token));
  // The signature of the next token, under this one's claims.
  const forged = jwts.RS256.map(({ token }, index) => {
    const other = jwts.RS256[(index + 1) % TOKENS].token;
    return makeEvent(token.slice(0, token.lastIndexOf('.')) + other.slice(other.lastIndexOf('.')));
  });
  const remembered = Array.from({ length: TOKENS }, () => makeEvent(jwts.RS256[0].token));
  const garbage = Array.from({ length: TOKENS }, (_, index) => makeEvent(`no-token-${index}`));
  const apiEvents = tokens.map((one) => one.event);
  const typos = tokens.map((one) => one.typo);

  const subjects = { fastHit: times(10, fastJwt(kit, 'RS256', [jwts.RS256[0], ...jwts.RS256.slice(1)], true)) };
  for (const alg of algs) {
    const list = jwts[alg];
    Object.assign(subjects, {
      [`raw ${alg}`]: times(alg === 'RS256' ? 5 : 2, raw(list)),
      [`peer ${alg}`]: once(jose(kit, list, clock)),
      [`aws ${alg}`]: times(2, awsJwtVerify(kit, list)),
      [`fast ${alg}`]: times(2, fastJwt(kit, alg, list, false)),
    });
  }
  for (const engine of ENGINES) {
    const authorize = authorizers[engine];
    for (const alg of algs) {
      subjects[`${engine} ${alg}`] = once(allowed(authorize, eventsOf(jwts[alg])));
    }
    Object.assign(subjects, {
      [`${engine} remembered`]: times(20, allowed(authorize, remembered)),
      [`${engine} bad signature`]: once(refused(authorize, forged)),
      [`${engine} API token`]: times(5, allowed(authorize, apiEvents)),
      [`${engine} garbage`]: times(20, refused(authorize, garbage)),
      [`${engine} wrong checksum`]: times(20, refused(authorize, typos)),
    });
  }

  const result = await measure(subjects, ROUNDS, () => {
    now += ROUND_SECONDS;
  });
  report(print, result, algs);
  sizes(print);
}

function report(print, { micros, ratio }, algs) {
  const line = (path, name, base, anchor, goal) =>
    print(`${path}: ${ratio(name, base).toFixed(2)}x ${anchor}, ${micros(name).toFixed(1)} µs CPU (${goal})`);
  const micro = (name) => `${micros(name).toFixed(1)} µs CPU`;

  for (const alg of algs) {
    const times = (name) => `${ratio(`${name} ${alg}`, `raw ${alg}`).toFixed(2)}x`;
    print(
      `peers ${alg}: raw crypto.verify ${micro(`raw ${alg}`)}; jose.jwtVerify ${times('peer')}, ` +
        `aws-jwt-verify + policy ${times('aws')}, fast-jwt without cache ${times('fast')}`,
    );
  }
  line('peer fast-jwt, cache hit RS256', 'fastHit', 'raw RS256', 'raw RS256', 'no goal');
  const rawGoals = { jose: { RS256: 6, ES256: 2.3 }, 'node-crypto': { RS256: 1.45, ES256: 1.2, EdDSA: 1.15 } };
  for (const engine of ENGINES) {
    print(`engine ${engine}`);
    for (const alg of algs) {
      const name = `${engine} ${alg}`;
      const goal = rawGoals[engine][alg];
      line(`  first-seen ${alg}`, name, `raw ${alg}`, `raw ${alg}`, goal ? `goal ${goal}x` : 'no goal');
      if (engine === 'jose') {
        line(`  first-seen ${alg}`, name, `peer ${alg}`, 'jose.jwtVerify', 'goal 1.10x');
      } else {
        line(`  first-seen ${alg}`, name, `aws ${alg}`, 'aws-jwt-verify + policy', 'goal 0.90x');
      }
    }
    line('  remembered RS256', `${engine} remembered`, 'raw RS256', 'raw RS256', 'goal 0.08x');
    line('  remembered RS256', `${engine} remembered`, 'fastHit', 'fast-jwt cache hit', 'goal 0.5x');
    line('  API token without its read', `${engine} API token`, 'raw RS256', 'raw RS256', 'goal 0.25x');
    line('  garbage', `${engine} garbage`, 'raw RS256', 'raw RS256', 'goal 1 µs');
    line('  API token, wrong checksum', `${engine} wrong checksum`, 'raw RS256', 'raw RS256', 'no goal');
    const badGoal = engine === 'jose' ? 'no goal' : 'goal 1.3x';
    line('  bad signature RS256', `${engine} bad signature`, 'raw RS256', 'raw RS256', badGoal);
  }
}

/** Bytes that a function loads: `index.js` and the parts that its configuration asks for. */
function sizes(print) {
  const bundle = join(root, 'dist/lambdas/authorizer/bundle');
  if (!existsSync(join(bundle, 'index.js'))) {
    throw new Error('dist/lambdas/authorizer/bundle/index.js is missing: run npm run build first');
  }
  const index = statSync(join(bundle, 'index.js')).size;
  const engine = statSync(join(bundle, 'access-token/jose-engine.js')).size;
  print(`loaded with jose: ${index + engine} bytes (goal 25000); with node-crypto: ${index} bytes (goal 12000)`);
}
