import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../audit/json';
import { arrayOf, member, objectOf } from '../../../audit/json';
import { buildModel } from '../../../audit/model/build';
import { readPlan } from '../../../audit/reader/plan';
import { RULES } from '../../../audit/rules';
import { DEFAULT_RULE_POLICY } from '../../../audit/rules/policy';

/**
 * Faults that are seeded into the production stacks of the example (fixtures/kit/mutants.mjs), planned by real Terraform: each has
 * to be found by the rules that should find it, and by no other.
 */
interface Mutant {
  readonly name: string;
  readonly expected: readonly string[];
  readonly stack: string;
  readonly addresses: readonly string[];
  readonly changes: Json[];
  readonly configuration: Json[];
}

const FOLDER = join(__dirname, '../fixtures/kit');
const STACKS = ['gateway-homepage-prod', 'platform-prod'];
const read = (name: string): Json => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Json;
const PLANS = new Map(STACKS.map((stack) => [stack, objectOf(read(`${stack}.plan.json`))]));
const MUTANTS = read('mutants.json') as unknown as readonly Mutant[]; // written by generate-mutants.mjs in this form

/** Rules that fail, with the resource that they fail for. */
function failures(plans: ReadonlyMap<string, JsonObject>): string[] {
  const model = buildModel([...plans].map(([stack, plan]) => readPlan(plan, stack, `${stack}.plan.json`)));
  return RULES.flatMap((rule) =>
    rule
      .check(model, DEFAULT_RULE_POLICY)
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ stack, address, attribute }) => `${rule.id} ${stack} ${address} ${attribute ?? ''}`),
  );
}

function mutate({ stack, addresses, changes, configuration }: Mutant): Map<string, JsonObject> {
  const plan = PLANS.get(stack) ?? {};
  const isTouched = (entry: Json) => addresses.includes(`${member(entry, 'type')}.${member(entry, 'name')}`);
  const root = objectOf(member(plan.configuration, 'root_module'));
  const mutated = {
    ...plan,
    resource_changes: [...arrayOf(plan.resource_changes).filter((entry) => !isTouched(entry)), ...changes],
    configuration: {
      root_module: {
        ...root,
        resources: [...arrayOf(root.resources).filter((entry) => !isTouched(entry)), ...configuration],
      },
    },
  };
  return new Map([...PLANS, [stack, mutated]]);
}

const clean = new Set(failures(PLANS));
const found = new Map(
  MUTANTS.map((mutant) => [
    mutant.name,
    [...new Set(failures(mutate(mutant)).filter((failure) => !clean.has(failure)))]
      .map((failure) => failure.split(' ')[0] ?? '')
      .filter((rule, index, all) => all.indexOf(rule) === index)
      .sort(),
  ]),
);

test('the example has no finding', () => {
  expect([...clean]).toEqual([]);
});

test('at least 60 faults are seeded, of all families', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);

  const families = new Set(MUTANTS.flatMap(({ expected }) => expected.map((rule) => rule.split('-')[0])));
  expect([...families].sort()).toEqual(
    ['AUTHZ', 'DATA', 'EDGE', 'IAM', 'LAM', 'LOG', 'OBS', 'RATE', 'ROT', 'SECRET', 'STATE', 'VALID'].sort(),
  );
});

test.each(MUTANTS.map(({ name, expected }) => ({ name, expected })))('$name: $expected', ({ name, expected }) => {
  expect(found.get(name)).toEqual([...expected].sort());
});

test('the mutation matrix, precision and recall', () => {
  const answers = MUTANTS.map(({ name, expected, addresses, changes }) => ({
    name,
    expected,
    by: changes.some((entry) => member(member(entry, 'change'), 'before') !== null) ? 'plan' : 'configuration',
    addresses,
    found: found.get(name) ?? [],
  }));
  const right = answers.flatMap((row) => row.found.filter((rule) => row.expected.includes(rule))).length;
  const all = answers.flatMap((row) => row.found).length;
  const wanted = answers.flatMap((row) => row.expected).length;
  const rules = new Set(answers.flatMap((row) => row.found));
  const lines = answers.map((row) => `${row.found.join(', ').padEnd(22)} ${row.by.padEnd(14)} ${row.name}`);
  process.stdout.write(
    `${[
      `mutation matrix: ${answers.length} faults, found by ${rules.size} of ${RULES.length} rules`,
      ...lines,
      `precision ${(right / all).toFixed(3)} (${right} of ${all} findings), recall ${(right / wanted).toFixed(3)} (${right} of ${wanted})`,
    ].join('\n')}\n`,
  );

  expect({ precision: right / all, recall: right / wanted }).toEqual({ precision: 1, recall: 1 });
});
