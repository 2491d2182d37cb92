import { join } from 'node:path';
import { type AuditReport, auditPath } from '../../audit';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { temporaryFolder } from './support';

/** The kit's own example, synthesized here; its functions are those that the build packaged. */
const CONFIG = join(__dirname, '../../examples/homepage-dashboard/gatehouse.config.json');
const out = join(temporaryFolder(), 'cdktf.out');

describe('the stacks of the kit', () => {
  let stacks: readonly string[];
  let report: AuditReport;

  beforeAll(() => {
    stacks = synthesize(loadConfig(CONFIG), out);
    report = auditPath(out);
  }, 60_000);

  test('have no finding', () => {
    expect(report.findings.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });

  test('have nothing that could not be judged', () => {
    expect(report.findings.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
    expect(report.notJudged).toEqual([]);
  });

  test('are all read', () => {
    expect(report.stacks.map(({ name }) => name)).toEqual([...stacks].sort());
  });

  test('tell of every route who may call it', () => {
    expect(report.matrix.length).toBeGreaterThan(40);
    const rule = /^(scopes|authenticated \(.+\)|public \(.+\)|iam)$/;
    expect(report.matrix.filter(({ accessRule }) => !rule.test(accessRule))).toEqual([]);
  });

  test('take every valid credential where a caller is told who it is, and nowhere else', () => {
    const scopeless = report.matrix.filter(({ accessRule }) => accessRule.startsWith('authenticated '));

    expect(new Set(scopeless.map(({ method, path }) => `${method} ${path}`))).toEqual(new Set(['GET /v1/tokens/self']));
    expect(scopeless.filter(({ authorizer }) => authorizer?.kind !== 'REQUEST')).toEqual([]);
  });

  test('guard every route with scopes by the token authorizer, metered where it asks for a key', () => {
    const guarded = report.matrix.filter(({ accessRule }) => accessRule === 'scopes');

    expect(guarded.length).toBeGreaterThan(20);
    expect(guarded.filter(({ authorizer }) => authorizer?.kind !== 'REQUEST')).toEqual([]);
  });

  test('name the construct of every finding', () => {
    const unnamed = report.findings.filter(({ construct }) => construct === null);

    // A provider, a variable and an output have no construct path in what cdktf writes.
    expect(unnamed.filter(({ address }) => !/^(provider|var|output)\./.test(address))).toEqual([]);
  });
});
