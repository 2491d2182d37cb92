import { type AuditReport, applyWaivers, exitCode, readWaivers, type Waiver } from '../../../audit';
import { findingOf, reportWith } from '../report/sample';

const TODAY = '2026-11-20';
const HASH = 'a'.repeat(64);
const FINDING = findingOf({ address: 'aws_api_gateway_method.partners_list', construct: 'gateway-prod/Api/list' });
const WAIVER = {
  id: 'W-1',
  rule: 'AUTHZ-001',
  address: 'aws_api_gateway_method.partners_*',
  reason: 'partners move to tokens until the end of November',
  owner: 'team-sales',
  approver: 'security',
  created: '2026-11-08',
  expires: '2026-12-08',
};

function judge(waiver: object, findings = [FINDING], today = TODAY): AuditReport {
  const report = reportWith(findings);
  const stacks = report.stacks.map((stack) => ({ ...stack, planHash: HASH }));
  return applyWaivers(
    { ...report, stacks },
    readWaivers({ version: 1, waivers: [{ ...WAIVER, ...waiver }] }, 'w'),
    today,
  );
}

function statusOf(report: AuditReport): [string | undefined, string | null | undefined] {
  return [report.waivers[0]?.status, report.waivers[0]?.problem];
}

describe('a waiver that holds', () => {
  test('covers its finding, which is told and counted apart, and fails nothing', () => {
    const report = judge({});

    expect(report.findings[0]?.waiver).toBe('W-1');
    expect(report.counts).toEqual({ pass: 0, fail: 0, unknown: 0, waived: 1, baseline: 0 });
    expect(statusOf(report)).toEqual(['used', null]);
    expect(exitCode(report)).toBe(0);
  });

  test('covers an unknown answer too', () => {
    expect(exitCode(judge({}, [{ ...FINDING, verdict: 'unknown' }]), { strict: true })).toBe(0);
  });

  test('holds on its last day and is announced for 14 days', () => {
    expect(statusOf(judge({}, [FINDING], '2026-12-08'))).toEqual(['expires soon', 'expires in 0 days, on 2026-12-08']);
    expect(statusOf(judge({}, [FINDING], '2026-11-24'))[0]).toBe('expires soon');
    expect(statusOf(judge({}, [FINDING], '2026-11-23'))[0]).toBe('used');
    expect(exitCode(judge({}, [FINDING], '2026-12-08'))).toBe(0);
  });

  test.each([
    ['another rule', { rule: 'AUTHZ-004' }],
    ['another address', { address: 'aws_api_gateway_method.customers_*' }],
    ['another stack', { stack: 'prod' }],
    ['another attribute', { attribute: 'authorization' }],
    ['another construct', { address: undefined, construct: 'gateway-dev/Api/*' }],
  ])('of %s covers nothing', (_, members) => {
    expect(exitCode(judge(members))).toBe(1);
  });

  test.each([
    ['its construct', { address: undefined, construct: 'gateway-*/Api/list' }],
    ['its stack', { stack: 'stack' }],
    ['a star at both ends', { address: '*_gateway_method.partners_l*' }],
    ['a star that stands for nothing', { address: 'aws_api_gateway_method.partners_list*' }],
  ])('finds it by %s', (_, members) => {
    expect(exitCode(judge(members))).toBe(0);
  });

  test('everything but the star stands for itself', () => {
    expect(exitCode(judge({ address: 'aws_api_gateway_method.partners.list' }))).toBe(1);
    expect(exitCode(judge({ address: 'aws_api_gateway_method.partners_lis?' }))).toBe(1);
  });

  test('two parts of a pattern do not share the same letters', () => {
    expect(exitCode(judge({ address: 'aws_api_gateway_method.partners_list*list' }))).toBe(1);
  });
});

describe('trouble', () => {
  test('an expired waiver: its finding is open again at its severity', () => {
    const report = judge({}, [FINDING], '2026-12-09');

    expect(statusOf(report)).toEqual(['expired', 'expired on 2026-12-08: what it covered is open again']);
    expect(report.findings[0]).toMatchObject({ waiver: null, severity: 'critical' });
    expect(exitCode(report)).toBe(1);
  });

  test('an expired waiver of which nothing is left: 3', () => {
    expect(exitCode(judge({}, [], '2026-12-09'))).toBe(3);
  });

  test('an unused waiver: 3', () => {
    const report = judge({}, [{ ...FINDING, verdict: 'pass' }]);

    expect(statusOf(report)).toEqual(['unused', 'covers nothing: remove it']);
    expect(exitCode(report)).toBe(3);
  });

  test('a rule that there is none of: 3', () => {
    const report = judge({ rule: 'AUTHZ-999' }, []);

    expect(statusOf(report)).toEqual(['rejected', 'there is no rule AUTHZ-999']);
    expect(exitCode(report)).toBe(3);
  });

  test('a critical finding for longer than 30 days: it stays open', () => {
    const report = judge({ created: '2026-11-01', expires: '2026-12-02' });

    expect(statusOf(report)).toEqual(['rejected', 'holds for 31 days, at most 30 are allowed for a critical rule']);
    expect(exitCode(report)).toBe(1);
  });

  test('created in the future: it covers nothing yet', () => {
    const report = judge({ created: '2026-11-21' });

    expect(statusOf(report)).toEqual(['rejected', 'was created on 2026-11-21, which is in the future']);
    expect(exitCode(report)).toBe(1);
  });

  test('a faulty one stands in the report', () => {
    const report = judge({ reason: 'no' });

    expect(statusOf(report)).toEqual(['rejected', 'reason has 2 characters, at least 20 are required']);
    expect(exitCode(report)).toBe(1);
  });

  test('a day that there is none of is an error, not a waiver for ever', () => {
    expect(() => judge({}, [FINDING], '2026-13-01')).toThrow('today is "2026-13-01"');
  });
});

describe('a stateful resource', () => {
  const LOST = findingOf({
    rule: 'AUTHZ-004',
    address: 'aws_dynamodb_table.tokens',
    construct: 'gateway-prod/Table',
    action: 'delete',
  });
  const BOUND = { rule: 'AUTHZ-004', address: 'aws_dynamodb_table.tokens', plan: HASH, action: 'delete' };

  test('is waived by the hash of the plan, the address and the action', () => {
    expect(exitCode(judge(BOUND, [LOST]))).toBe(0);
  });

  test.each([
    ['no hash', { plan: undefined, action: undefined }],
    ['another plan', { plan: 'b'.repeat(64) }],
    ['another action', { action: 'replace' }],
    ['another address', { address: 'aws_dynamodb_table.audit' }],
  ])('is not waived with %s: 2, and the waiver says why it is unused', (_, members) => {
    const report = judge({ ...BOUND, ...members }, [LOST]);

    expect(exitCode(report)).toBe(2);
    expect(report.waivers[0]?.status).toBe('unused');
  });

  test.each([
    ['a pattern in place of the address', { address: 'aws_dynamodb_table.*' }],
    ['its construct in place of the address', { address: undefined, construct: 'gateway-prod/Table' }],
  ])('is not waived with %s, neither from a file nor from a program', (_, members) => {
    const fromFile = judge({ ...BOUND, ...members }, [LOST]);
    expect([fromFile.waivers[0]?.status, exitCode(fromFile)]).toEqual(['rejected', 2]);

    const report = reportWith([LOST]);
    const stacks = report.stacks.map((stack) => ({ ...stack, planHash: HASH }));
    const waiver = { ...WAIVER, ...BOUND, ...members } as unknown as Waiver;
    const result = applyWaivers({ ...report, stacks }, { file: 'w', waivers: [waiver], faulty: [] }, TODAY);
    expect([result.waivers[0]?.status, exitCode(result)]).toEqual(['unused', 2]);
  });

  test('of which no plan was read is not waived', () => {
    const report = reportWith([LOST]);
    const file = readWaivers({ version: 1, waivers: [{ ...WAIVER, ...BOUND }] }, 'w');

    expect(exitCode(applyWaivers(report, file, TODAY))).toBe(2);
  });

  test('a waiver of a plan covers no other kind of finding', () => {
    expect(exitCode(judge({ plan: HASH, action: 'delete', address: FINDING.address }))).toBe(1);
  });
});
