import type { AuditReport, Finding } from '../../../audit/report/report';
import { baseOf, CHANGES, type PlannedChange, planOf, reportOf } from './estate-plans';

/**
 * Faults over an estate in plain HCL, the example and the composed example, planned by real Terraform from what is there already
 * (fixtures/estate): each is named by a finding with its resource. And what every week has, of which nothing is weaker.
 */
const FAULTS = CHANGES.filter(({ harmless }) => harmless !== true);
const ORDINARY = CHANGES.filter(({ harmless }) => harmless === true);

/** What rules say of each base as it is: an estate has findings of its own. */
const before = new Map<string, ReadonlySet<string>>();

/** Rules about changes. */
const TELLERS = /^(CHANGE-00[1-8]|AUTHZ-002|IAM-003|STATE-00[1-7]|ROT-007)$/;

function open({ findings }: AuditReport): Finding[] {
  return findings.filter(({ verdict }) => verdict !== 'pass');
}

function textOf({ rule, verdict, address, attribute, message }: Finding): string {
  return [rule, verdict, address, attribute ?? '', message].join(' | ');
}

function clean(base: string): ReadonlySet<string> {
  const known = before.get(base) ?? new Set(open(reportOf(baseOf(base), base)).map(textOf));
  before.set(base, known);
  return known;
}

const reports = new Map(CHANGES.map((change) => [change.name, reportOf(planOf(change), change.on)]));

/** Findings that a change brings. */
function brought(change: PlannedChange): Finding[] {
  const [known, report] = [clean(change.on), reports.get(change.name)];
  return report === undefined ? [] : open(report).filter((finding) => !known.has(textOf(finding)));
}

const found = new Map(FAULTS.map((fault) => [fault.name, brought(fault)]));
const failing = (name: string) => (found.get(name) ?? []).filter(({ verdict }) => verdict === 'fail');
const named = FAULTS.filter(({ name, at }) => failing(name).some(({ address }) => address === at));

test(`${named.length} of ${FAULTS.length} faults are named by a finding with their resource`, () => {
  const lines = FAULTS.map(({ name, on }) => {
    const rules = [...new Set(failing(name).map(({ rule }) => rule))].join(', ');
    return `${(rules === '' ? '-' : rules).padEnd(24)} ${on.padEnd(22)} ${name}`;
  });
  process.stdout.write(`${lines.join('\n')}\nfound ${named.length} of ${FAULTS.length} faults\n`);

  expect(FAULTS.length).toBeGreaterThanOrEqual(60);
  expect(FAULTS.filter((fault) => !named.includes(fault)).map(({ name }) => [name, failing(name).map(textOf)])).toEqual(
    [],
  );
});

test.each([
  'authorizer swapped for another function',
  'route that scans the token table',
  'rate rule that only counts',
])('of the eight in forty that were found: %s', (name) => {
  expect(failing(name)).not.toEqual([]);
});

test('one change is told by one rule about changes', () => {
  const twice = FAULTS.map(({ name, at }) => ({
    name,
    rules: [
      ...new Set(failing(name).flatMap(({ rule, address }) => (address === at && TELLERS.test(rule) ? [rule] : []))),
    ],
  }));
  // A change of several attributes may concern several things.
  expect(twice.filter(({ rules }) => rules.length > 1)).toEqual([]);
});

test.each(ORDINARY.map((change) => ({ name: change.name, change })))('no finding: $name', ({ change }) => {
  // What is new is judged as everything is; of what is there already nothing is weaker.
  expect(
    brought(change)
      .filter(({ rule }) => TELLERS.test(rule))
      .map(textOf),
  ).toEqual([]);
});

test.each([...new Set(CHANGES.map(({ on }) => on))])('a plan of %s that changes nothing tells of no change', (name) => {
  const report = reportOf(baseOf(name), name);
  expect(report.changes).toEqual([]);
  expect(report.matrix.filter(({ change }) => change !== 'same')).toEqual([]);
  expect(open(report).filter(({ rule }) => rule.startsWith('CHANGE-'))).toEqual([]);
});

test('no route behind which something changed is the same', () => {
  const same = FAULTS.filter(({ name }) => failing(name).some(({ rule }) => rule === 'CHANGE-001')).flatMap((fault) => {
    const { changes = [], matrix = [] } = reports.get(fault.name) ?? {};
    const touched = new Set(
      changes.filter(({ area, change }) => area === 'request' && change !== 'release').flatMap(({ routes }) => routes),
    );
    return matrix
      .filter(({ method, path, change }) => touched.has(`${method} ${path}`) && change === 'same')
      .map(({ path }) => `${fault.name}: ${path}`);
  });
  expect(same).toEqual([]);
});
