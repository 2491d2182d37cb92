import { ATTRIBUTE_CLASSES, classOf } from '../../../audit/change/classes';
import { isUnset } from '../../../audit/change/value-order';
import { arrayOf, isObject, type Json, type JsonObject, member, objectOf } from '../../../audit/json';
import { baseOf, reportOf } from '../rules/estate-plans';

/**
 * Random changes of single attributes of the kit's own plans, drawn from a fixed seed: each is named by a finding or by a row of the
 * report, or its class says that nothing depends on it.
 */
const RUNS = process.env.GATEHOUSE_TEST_LONG === undefined ? 500 : 5000;
const STACKS = ['gateway-homepage-prod', 'platform-prod', 'shop-prod'];
/** Changes of different resources that one plan holds. */
const TOGETHER = 40;

type Steps = readonly (string | number)[];

/** A value of a resource that can be changed. */
interface Place {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly steps: Steps;
}

const PLACES = STACKS.flatMap((stack) =>
  arrayOf(baseOf(stack).resource_changes)
    .filter(
      (entry): entry is JsonObject => isObject(entry) && entry.mode === 'managed' && entry.type !== 'terraform_data',
    )
    .flatMap((entry) =>
      placesIn(member(entry.change, 'after'))
        // What the provider alone fills in changes with something else.
        .filter(([name]) => isArgument(String(entry.type), String(name)))
        .map((steps): Place => ({ stack, address: String(entry.address), type: String(entry.type), steps })),
    ),
);

function isArgument(type: string, name: string): boolean {
  const classes = ATTRIBUTE_CLASSES.get(type);
  return (
    name !== 'id' &&
    (classes === undefined || [...classes.keys()].some((path) => path === name || path.startsWith(`${name}.`)))
  );
}

function placesIn(value: Json | undefined): Steps[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => placesIn(item).map((steps) => [index, ...steps]));
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => placesIn(item).map((steps) => [name, ...steps]));
  }
  return isUnset(value) ? [] : [[]];
}

/** Numbers from 0 to below 1 that are the same in each run. */
function* draws(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function mutated(value: Json, [step, ...rest]: Steps): Json {
  if (step === undefined) {
    return typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
  }
  return Array.isArray(value)
    ? value.map((item, index) => (index === step ? mutated(item, rest) : item))
    : { ...objectOf(value), [step]: mutated(member(value, String(step)) ?? null, rest) };
}

/** A plan of a stack in which each of the places is another. */
function planWith(stack: string, places: readonly Place[]): JsonObject {
  const byAddress = new Map(places.map((place) => [place.address, place]));
  const base = baseOf(stack);
  return {
    ...base,
    resource_changes: arrayOf(base.resource_changes).map((entry) => {
      const place = byAddress.get(String(member(entry, 'address')));
      const change = objectOf(member(entry, 'change'));
      const after = place === undefined ? undefined : mutated(change.after ?? null, place.steps);
      return after === undefined ? entry : { ...objectOf(entry), change: { ...change, actions: ['update'], after } };
    }),
  };
}

function pathOf({ steps }: Place): string {
  return steps.filter((step) => typeof step === 'string').join('.');
}

test(`${RUNS} random changes of single attributes: none goes unnamed`, () => {
  const draw = draws(15);
  const next = <T>(list: readonly T[]): T => list[Math.floor(draw.next().value * list.length)] as T;
  const counts = new Map<string, number>();
  const unnamed: string[] = [];
  for (let run = 0; run < RUNS; ) {
    const stack = next(STACKS);
    const own = PLACES.filter((place) => place.stack === stack);
    const drawn = Array.from({ length: Math.min(TOGETHER, RUNS - run) }, () => next(own));
    const places = [...new Map(drawn.map((place) => [place.address, place])).values()];
    run += places.length;
    const report = reportOf(planWith(stack, places), stack);
    const rows = new Map(report.changes.map((row) => [row.address, row]));
    const findings = new Set(
      report.findings
        .filter(({ rule, verdict }) => verdict !== 'pass' && TELLS.test(rule))
        .map(({ address }) => address),
    );
    for (const place of places) {
      const row = rows.get(place.address);
      const isHarmless = classOf(ATTRIBUTE_CLASSES.get(place.type) ?? new Map(), pathOf(place))?.kind === 'harmless';
      const name = findings.has(place.address)
        ? `finding (${row?.change ?? 'of another rule'})`
        : row !== undefined
          ? `row (${row.change})`
          : isHarmless
            ? 'harmless'
            : undefined;
      if (name === undefined || row?.change === 'unclassified') {
        unnamed.push(`${place.address} ${place.steps.join('.')}`);
      } else {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
  }
  const lines = [...counts].map(([name, count]) => `${name} ${count}`).sort();
  process.stdout.write(`${RUNS} changes: ${lines.join('; ')}; unnamed ${unnamed.length}\n`);

  expect(unnamed).toEqual([]);
});

/** Rules that tell of changes. */
const TELLS = /^(CHANGE-\d+|AUTHZ-002|IAM-003|STATE-00[1-7]|ROT-007)$/;
