// Lists, searches and changes of tokens by the token service, over a local DynamoDB with few tokens and with many: whether time and
// units stay the same. Both tables are asked in turn, so that what disturbs one disturbs the other.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bytesOf, unitsOfGet, unitsOfQuery, unitsOfWrite } from './sizes.mjs';
import { EXPIRY_SPAN, tableOf } from './table.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FEW = 1_000;
const MANY = Number(process.env.GATEHOUSE_BENCH_TOKENS ?? (process.env.GATEHOUSE_TEST_LONG ? 1_000_000 : 100_000));
const ROUNDS = 300;
/** Of what reads 500 items each time. */
const SEARCH_ROUNDS = 100;
const WARM_UP = 30;
const REVOKED = 500;
/** Bars of the project, in milliseconds. */
const BARS = { page: 150, bulk: 5_000 };

/** Bundles the service with what its tests run it on. */
async function load() {
  const folder = mkdtempSync(join(root, 'dist', 'bench-'));
  try {
    await build({
      ...JSON.parse(readFileSync(join(root, 'scripts/bundle-options.json'), 'utf8')),
      absWorkingDir: root,
      minify: false,
      external: [],
      packages: 'external',
      entryPoints: ['bench/tokens/entry.ts'],
      outfile: join(folder, 'index.js'),
    });
    return createRequire(import.meta.url)(join(folder, 'index.js'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const list = (query) => (table) => ask(table, 'GET', '/v1/tokens', { query: query(table) });

async function ask({ service }, method, path, options) {
  const reply = await service.request(method, path, options);
  service.replies.length = 0;
  service.logs.length = 0;
  if (reply.status >= 300) {
    throw new Error(`${method} ${path} was answered ${reply.status} ${reply.text}`);
  }
  return reply.body;
}

/** A time within the expiries of the table, so that a page begins anywhere in it. */
const anyExpiry = ({ samples }) =>
  new Date((Math.min(...samples.map(({ expiresAt }) => expiresAt)) + Math.random() * EXPIRY_SPAN) * 1000).toISOString();

/** What is asked, and how many items of an index the arithmetic has for it. */
const QUESTIONS = {
  'get a token': {
    run: (table) => ask(table, 'GET', `/v1/tokens/${pick(table.ids)}`),
    units: ({ item }) => unitsOfGet(item),
  },
  'page of 20, newest of all': { run: list(() => ({ limit: '20' })), units: ({ listed }) => unitsOfQuery(listed, 21) },
  'page of 20, of a team': {
    run: list(() => ({ team: 'team-3', limit: '20' })),
    units: ({ listed }) => unitsOfQuery(listed, 21),
  },
  'page of 20, of an application': {
    run: list(() => ({ application: 'app-3', limit: '20' })),
    // The application says which team it is of.
    units: ({ listed }) => unitsOfQuery(listed, 21) + 1,
  },
  'page of 100, newest of all': {
    run: list(() => ({ limit: '100' })),
    units: ({ listed }) => unitsOfQuery(listed, 101),
  },
  'page of 20, by expiry, from anywhere': {
    run: list((table) => ({
      team: 'team-3',
      sort: 'expires',
      order: 'descending',
      expiresBefore: anyExpiry(table),
      limit: '20',
    })),
    units: ({ listed }) => unitsOfQuery(listed, 21),
  },
  'search that finds one in a hundred': {
    run: list(() => ({ q: 'monthly closing', limit: '20' })),
    units: ({ listed }) => 2 * unitsOfQuery(listed, 250),
    count: SEARCH_ROUNDS,
  },
  'search that finds nothing': {
    run: list(() => ({ q: 'no such words', status: 'active', limit: '20' })),
    units: ({ listed }) => 2 * unitsOfQuery(listed, 250),
    count: SEARCH_ROUNDS,
  },
};

async function measured(table, run) {
  const { readUnits, writeUnits, requests } = table.meter;
  const started = performance.now();
  await run(table);
  return {
    ms: performance.now() - started,
    readUnits: table.meter.readUnits - readUnits,
    writeUnits: table.meter.writeUnits - writeUnits,
    requests: table.meter.requests - requests,
  };
}

async function rounds(tables, run, count) {
  const results = tables.map(() => []);
  for (let round = -WARM_UP; round < count; round++) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const one = await measured(tables[index], run);
      if (round >= 0) {
        results[index].push(one);
      }
    }
  }
  return results;
}

const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
const of = (results, name) => results.map((one) => one[name]);

/** Mean bytes of a token, and of its projection to an index. */
function bytesIn(kit, { samples }) {
  const names = new Set([...kit.listedAttributes(), 'pk']);
  const listed = (item) => Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
  return { item: mean(samples.map(bytesOf)), listed: mean(samples.map((item) => bytesOf(listed(item)))) };
}

/** Revokes tokens by one job, from the dry run to its end. The request works on it for four seconds, and the sweeper does the rest. */
const revokeMany = (kit) => async (table) => {
  const ids = table.ids.splice(Math.floor(Math.random() * (table.ids.length - REVOKED + 1)), REVOKED);
  const body = { action: 'revoke', ids, reason: 'benchmark' };
  const { confirmation } = await ask(table, 'POST', '/v1/bulk', { body: { ...body, dryRun: true } });
  const started = await ask(table, 'POST', '/v1/bulk', { body: { ...body, confirmation } });
  if (started.status === 'running') {
    const { config, ports } = table.service;
    const changes = new kit.Changes(ports);
    const runner = new kit.JobRunner(config, ports, changes, new kit.Revocations(config, ports, changes));
    await runner.resume(started.id, ports.now() + 60_000);
  }
  const job = await ask(table, 'GET', `/v1/bulk/${started.id}`);
  if (job.status !== 'done' || job.counts.changed !== REVOKED) {
    throw new Error(`the job is ${job.status} with ${JSON.stringify(job.counts)}, expected ${REVOKED} changed tokens`);
  }
};

export async function run(print) {
  const kit = await load();
  const tables = [await tableOf(kit, FEW, print), await tableOf(kit, MANY, print)];
  try {
    const bytes = bytesIn(kit, tables[1]);
    print(
      `a token has ${bytes.item.toFixed(0)} bytes, its projection to an index ${bytes.listed.toFixed(0)}; ` +
        `${FEW} and ${MANY} tokens are asked in turn, p95 in milliseconds`,
    );
    for (const [question, { run: asked, units, count = ROUNDS }] of Object.entries(QUESTIONS)) {
      const results = await rounds(tables, asked, count);
      const ms = (share) => results.map((one) => quantile(of(one, 'ms'), share));
      const ratio = (share) => (ms(share)[1] / ms(share)[0]).toFixed(2);
      const read = results.map((one) => mean(of(one, 'readUnits')).toFixed(1));
      print(
        `${question}: p50 ${ratio(0.5)}x, p95 ${ratio(0.95)}x (${ms(0.95)
          .map((one) => one.toFixed(1))
          .join(' and ')}, bar ${BARS.page}); ` +
          `read units ${read.join(' and ')}, ${Math.max(...of(results[1], 'readUnits'))} at most, by arithmetic ${units(bytes)}`,
      );
    }
    await bulk(print, kit, tables, bytes);
  } finally {
    await Promise.all(tables.map(({ service }) => service.close()));
  }
}

async function bulk(print, kit, tables, bytes) {
  const results = [];
  for (const table of tables) {
    results.push(await measured(table, revokeMany(kit)));
  }
  const [small, large] = results;
  const entry = tables[1].service.overrides.trail.all.find(({ action }) => action === 'token.revoke');
  const item = unitsOfWrite(bytes.item + bytesOf(entry));
  // The change, and the entry out of the outbox again: the item each time, the four indexes of tokens once, that of outboxes in and out.
  const [ofTable, ofIndexes] = [2 * item, 4 * unitsOfWrite(bytes.listed) + 2];
  const each = (name) => results.map((one) => (one[name] / REVOKED).toFixed(1)).join(' and ');
  print(
    `revoke ${REVOKED} tokens by a job: ${(large.ms / small.ms).toFixed(2)}x (${results.map(({ ms }) => ms.toFixed(0)).join(' and ')}, bar ${BARS.bulk}); ` +
      `for each token ${each('requests')} requests, ${each('readUnits')} read units, ${each('writeUnits')} write units of the table, of which the ` +
      `token's own are ${ofTable} by arithmetic; the indexes, which the local table does not count, take ${ofIndexes} more`,
  );
}
