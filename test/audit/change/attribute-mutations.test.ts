import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributeChanges } from '../../../audit/change/attribute-changes';
import { ATTRIBUTE_CLASSES } from '../../../audit/change/classes';
import { isUnset } from '../../../audit/change/value-order';
import { arrayOf, isObject, type Json, type JsonObject, member, objectOf } from '../../../audit/json';
import { readPlan } from '../../../audit/reader/plan';

/** Single changes of attributes of the kit's own plans, drawn from fixed seeds: none goes unnamed. */
const RUNS = process.env.GATEHOUSE_TEST_LONG === undefined ? 100 : 5000;
const FOLDER = join(__dirname, '../fixtures/kit');

/** A value of a resource that can be changed: where it is. */
interface Place {
  readonly change: JsonObject;
  readonly steps: readonly (string | number)[];
}

const PLACES = ['gateway-homepage-prod', 'platform-prod'].flatMap((stack) => {
  const plan = objectOf(JSON.parse(readFileSync(join(FOLDER, `${stack}.plan.json`), 'utf8')) as Json);
  return arrayOf(plan.resource_changes)
    .filter((entry): entry is JsonObject => isObject(entry) && ATTRIBUTE_CLASSES.has(String(entry.type)))
    .flatMap((entry) => placesIn(member(entry.change, 'after')).map((steps): Place => ({ change: entry, steps })));
});

function placesIn(value: Json | undefined): (string | number)[][] {
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

function mutated(value: Json, [step, ...rest]: readonly (string | number)[]): Json {
  if (step === undefined) {
    return typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
  }
  return Array.isArray(value)
    ? value.map((item, index) => (index === step ? mutated(item, rest) : item))
    : { ...objectOf(value), [step]: mutated(member(value, String(step)) ?? null, rest) };
}

function changesOf({ change: entry, steps }: Place) {
  const before = objectOf(member(entry.change, 'after'));
  const after = mutated(before, steps);
  const change = {
    ...objectOf(entry.change),
    actions: ['update'],
    before,
    after,
    after_unknown: {},
    before_sensitive: {},
  };
  const plan: JsonObject = { resource_changes: [{ ...entry, change }], configuration: { root_module: {} } };
  return readPlan(plan, 'stack', 'plan.json').resources.flatMap((resource) => attributeChanges(resource));
}

test(`${RUNS} random changes of single attributes are named, each by one class`, () => {
  const draw = draws(15);
  const counts = new Map<string, number>();
  const unnamed: string[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const place = PLACES[Math.floor(draw.next().value * PLACES.length)];
    if (place === undefined) {
      throw new Error('the plans hold no value');
    }
    const found = changesOf(place);
    const [only] = found;
    if (found.length !== 1 || only?.of === undefined) {
      unnamed.push(`${String(place.change.address)} ${place.steps.join('.')}: ${JSON.stringify(found)}`);
      continue;
    }
    const name = only.of.kind === 'ordered' ? `ordered, ${only.order}` : only.of.kind;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  process.stdout.write(
    `${RUNS} changes: ${[...counts]
      .map(([name, count]) => `${name} ${count}`)
      .sort()
      .join('; ')}\n`,
  );

  expect(unnamed).toEqual([]);
});
