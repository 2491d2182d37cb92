import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionLog } from '../../lambdas/authorizer/decision-log';
import type { DecisionRecord } from '../../lambdas/authorizer/ports';
import { formatLogLine, type LogEntry } from '../../lambdas/lib/log';

const ROOT = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const page = text('docs/authorizer.md');

/** The part of a page below a heading. */
function section(heading: string): string {
  const [, part = ''] = page.split(`\n## ${heading}\n`);
  return part.split('\n## ')[0] ?? '';
}

/** Names in the first column of the tables of a part, or in another. */
function column(part: string, index = 0): string[] {
  return [...part.matchAll(/^\|(.+)\|$/gm)].flatMap(([, row = '']) => {
    const [, name] = /^ `([\w.]+)` $/.exec(row.split('|')[index] ?? '') ?? [];
    return name === undefined ? [] : [name];
  });
}

/** Members of a union of texts in a source. */
function union(source: string, start: string): string[] {
  const [, part = ''] = source.split(start);
  return [...(part.split(';')[0] ?? '').matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
}

/** Own members of an interface in a source. */
function members(source: string, name: string): string[] {
  const [, part = ''] = new RegExp(`interface ${name}\\b[^{]*\\{([^]*?)\\n\\}`).exec(source) ?? [];
  return [...part.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = '']) => member);
}

const EVERYTHING: DecisionRecord = {
  decision: 'error',
  reason: 'internal',
  claim: 'exp',
  request: {
    api: 'a',
    stage: 'dev',
    stageArn: 'arn',
    method: 'GET',
    path: '/',
    isResultPerRoute: false,
    requestId: 'r',
    sourceIp: '192.0.2.1',
  },
  route: 'GET /',
  tokenId: 'id',
  credential: {
    authMethod: 'api_token',
    tokenId: 'id',
    principal: 'p',
    issuer: 'urn:gatehouse:platform:dev',
    subject: 'p',
    application: 'a',
    environment: 'dev',
    scopes: [],
    issuedAt: 1,
    expiresAt: 2,
    refusedFrom: 2,
    secretGeneration: 1,
    cidrs: [],
  },
  cacheHit: false,
  latencyMs: 1,
  error: new Error('what'),
};

describe('docs/authorizer.md', () => {
  const reasons = section('Answers and reasons');

  test('lists every reason of the closed set, and no other', () => {
    const declared = union(text('lambdas/authorizer/reasons.ts'), 'export type Reason =');
    expect(declared.length).toBeGreaterThan(20);
    expect(column(reasons, 1).sort()).toEqual(declared.sort());
  });

  test.each([
    ['unauthorized: 401', '401'],
    ['deny: 403', '403'],
    ['error: 500', '500'],
  ])('states the status of the reasons below "%s"', (comment, status) => {
    const [, part = ''] = text('lambdas/authorizer/reasons.ts').split(`// ${comment}`);
    const names = [...(part.split(/\/\/|;/)[0] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(reasons).toContain(`| ${status} | \`${name}\` |`);
    }
  });

  test('lists every reason of a rule set that is not enforced', () => {
    const [, verdict = ''] = text('lambdas/authorizer/ports.ts').split('export interface ShadowVerdict');
    const [, ...listed] = [...section('Shadow mode').matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
    expect(listed.sort()).toEqual(union(verdict, 'readonly reason:').sort());
  });

  test('lists every option of the constructs, and no other', () => {
    const construct = text('constructs/authorizer/token-authorizer.ts');
    const facts = text('constructs/api/api-facts.ts');
    const http = text('constructs/authorizer/http-api-token-authorizer.ts');
    const declared = [
      ...members(construct, 'TokenAuthorizerProps'),
      // A fact that is about one kind of gateway or of results is declared for each.
      ...new Set(['CommonFacts', 'KeptResults', 'OwnResults', 'RestFacts'].flatMap((name) => members(facts, name))),
      'routes',
      ...members(http, 'HttpApiTokenAuthorizerProps'),
    ];
    expect(declared.length).toBeGreaterThan(20);
    expect(column(section('Options')).sort()).toEqual(declared.sort());
  });

  test('names every metric that the function writes', () => {
    const written = [...text('lambdas/authorizer/decision-log.ts').matchAll(/\b(Auth[A-Z]\w+):/g)];
    expect(written.length).toBeGreaterThan(4);
    for (const [, name] of written) {
      expect(page).toContain(`\`${name}\``);
    }
  });

  test('lists every field of a log line, and no other', () => {
    const written: LogEntry[] = [];
    const log = decisionLog((entry) => written.push(entry), 'Gatehouse');
    // Everything that a line can hold is there at once.
    const shadow = { decision: 'deny', reason: 'scope_denied' } as const;
    log({ ...EVERYTHING, reason: 'output_too_large', shadow });
    const line = JSON.parse(formatLogLine(written[0] as LogEntry, 0));
    const [, table = ''] = reasons.split('| field of the line | meaning |');
    const listed = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(listed.sort()).toEqual(Object.keys(line).sort());
  });

  test('names every field of the caller that a backend reads', () => {
    for (const name of members(text('lambdas/lib/caller.ts'), 'Caller')) {
      expect(section('Backends')).toContain(`\`${name}\``);
    }
  });

  test.each([
    ['lambdas/authorizer/answer/result-size.ts', 'MAX_RESULT_BYTES = 7000', '7,000 bytes'],
    ['lambdas/authorizer/event/carrier.ts', 'MAX_TOKEN_LENGTH = 8192', '8,192 characters'],
    ['lambdas/authorizer/decision.ts', 'MEMORY_MS = 5000', '| 5 s | 2,000 tokens'],
    ['lambdas/authorizer/api-token/api-token-verifier.ts', 'UNKNOWN_MS = 5000', '| unknown API token | 5 s |'],
    ['lambdas/authorizer/api-token/applications.ts', 'KNOWN_MS = 300_000', '| 300 s, 30 s when'],
    ['lambdas/authorizer/api-token/pepper-cache.ts', 'REFRESH_AFTER_MS = 300_000', '| pepper | 300 s |'],
    ['lambdas/authorizer/access-token/key-store.ts', 'MAX_STALE_MS = 86_400_000', '| 24 h while the issuer is down'],
    ['lambdas/authorizer/sender/dpop.ts', 'REMEMBERED = 10_000', '| 10,000 per execution environment'],
  ])('has the bound of %s: %s', (file, constant, words) => {
    expect(text(file)).toContain(constant);
    expect(page).toContain(words);
  });

  test('links to headings that are there', () => {
    for (const [, file = '', anchor = ''] of page.matchAll(/\]\(([\w.]*)#([\w-]+)\)/g)) {
      const headings = [...(file === '' ? page : text(`docs/${file}`)).matchAll(/^#+ (.+)$/gm)].map(
        ([, heading = '']) =>
          heading
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
      );
      expect(headings).toContain(anchor);
    }
  });
});
