import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel } from '../../../audit/model/build';
import { readPlan } from '../../../audit/reader/plan';
import { RULES } from '../../../audit/rules';
import { DEFAULT_RULE_POLICY, type RulePolicy } from '../../../audit/rules/policy';
import type { Rule } from '../../../audit/rules/rule';
import { readFixture } from '../support';

/**
 * Plans of real Terraform whose resources are named `<rule>_<verdict>`, for example `authz_007_fail`: what the rule has to
 * answer for them, whatever else other rules say.
 */
const FIXTURES = readdirSync(join(__dirname, '../fixtures')).filter((name) => name.startsWith('rules-'));

/** The rules that are asked only on demand are asked of one of the plans. */
const STRICT: RulePolicy = {
  ...DEFAULT_RULE_POLICY,
  webAcl: true,
  mutualTls: true,
  customerKeys: true,
  executionLog: true,
  reservedConcurrency: true,
  codeSigning: true,
  vpc: true,
  requiredTags: ['owner'],
};

const MODELS = new Map(
  FIXTURES.map((name) => [name, buildModel([readPlan(readFixture(name), name, 'plan.json')])] as const),
);

/** Answers that no plan of Terraform can lead to, and why. */
const IMPOSSIBLE = new Map<string, string>([
  ['IAM-010 fail', 'the provider refuses a policy that is no JSON'],
  ['LAM-001 unknown', 'the provider refuses a function whose runtime is not known'],
  ...['fail', 'unknown'].map(
    (verdict) => [`CHANGE-005 ${verdict}`, 'the table knows every attribute of the provider'] as const,
  ),
  ['OBS-006 unknown', 'whether the configuration sets an argument is always in the plan'],
  ...['STATE-001', 'STATE-002', 'STATE-003', 'STATE-006', 'STATE-007'].map(
    (id) => [`${id} unknown`, 'what becomes of a resource is always in the plan'] as const,
  ),
  // plan-005.test.ts has plans that are written by hand.
  ...['pass', 'fail', 'unknown'].map((verdict) => [`PLAN-005 ${verdict}`, 'drift is found by asking AWS'] as const),
]);

interface Answer {
  readonly fixture: string;
  readonly name: string;
  readonly expected: string;
  readonly verdict: string;
  readonly message: string;
}

const answers = new Map<string, Answer[]>(RULES.map((rule) => [rule.id, casesOf(rule)]));

function casesOf(rule: Rule): Answer[] {
  const label = rule.id.toLowerCase().replace('-', '_');
  const name = new RegExp(`\\.(${label}_(pass|fail|unknown)\\w*)(\\[|$)`);
  return [...MODELS].flatMap(([fixture, model]) =>
    rule.check(model, fixture.startsWith('rules-optional') ? STRICT : DEFAULT_RULE_POLICY).flatMap((finding) => {
      const found = name.exec(finding.address);
      const { verdict, message } = finding;
      return found === null ? [] : [{ fixture, name: found[1] ?? '', expected: found[2] ?? '', verdict, message }];
    }),
  );
}

describe.each(RULES.map(({ id }) => id))('%s', (id) => {
  const list = answers.get(id) ?? [];

  test('answers for each resource as its name says', () => {
    expect(list.filter(({ expected, verdict }) => expected !== verdict && verdict !== 'pass')).toEqual([]);
    // A resource may be looked at from two sides, one of which is right: the wrong one has to be among the answers.
    const wrong = new Set(list.filter(({ expected, verdict }) => expected === verdict).map(({ name }) => name));
    expect([...new Set(list.map(({ name }) => name))].filter((name) => !wrong.has(name))).toEqual([]);
  });

  test.each(['pass', 'fail', 'unknown'])('has a case for %s', (verdict) => {
    expect(list.some(({ expected }) => expected === verdict)).toBe(!IMPOSSIBLE.has(`${id} ${verdict}`));
  });
});

test('every named resource of the plans is answered for', () => {
  const named = FIXTURES.flatMap((fixture) =>
    [
      ...JSON.stringify(readFixture(fixture).resource_changes).matchAll(
        /"name":"([a-z]+_\d{3}_(?:pass|fail|unknown)\w*)"/g,
      ),
    ].map((match) => match[1] ?? ''),
  );
  const answered = new Set([...answers.values()].flat().map(({ name }) => name));

  // What stands beside a case for its sake (an integration, a path) has its name too.
  expect([...new Set(named)].filter((name) => !answered.has(name))).toEqual([]);
});
