import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { arrayOf, isObject, type Json, type JsonObject, member, objectOf } from '../../../audit/json';
import { buildModel } from '../../../audit/model/build';
import { readPlan } from '../../../audit/reader/plan';
import { type AuditReport, buildReport } from '../../../audit/report/report';
import { RULES } from '../../../audit/rules';

/** A change of what is there already, planned by real Terraform (fixtures/estate/generate.mjs). */
export interface PlannedChange {
  readonly name: string;
  /** Plan that it is made to. */
  readonly on: string;
  /** Address that a finding has to name. */
  readonly at?: string;
  /** Nothing that weakens anything. */
  readonly harmless?: boolean;
  readonly changes: JsonObject[];
  readonly configuration: JsonObject[];
  /** Configuration that is taken away. */
  readonly gone: readonly string[];
}

const FOLDER = join(__dirname, '../fixtures/estate');
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Json;

/** The plans that are changed. */
export const NAMES = ['estate', 'gateway-homepage-prod', 'platform-prod', 'shop-prod'];

// In the form that the generator writes.
export const CHANGES = NAMES.flatMap((name) => read(`${name}.changes.json`) as unknown as readonly PlannedChange[]);
const BASES = new Map<string, JsonObject>();

function unzipped(name: string): Json {
  return JSON.parse(gunzipSync(readFileSync(join(FOLDER, name))).toString('utf8')) as Json;
}

/** The plan of a base that changes nothing. */
export function baseOf(name: string): JsonObject {
  const known = BASES.get(name) ?? whole(objectOf(unzipped(`${name}.json.gz`)));
  BASES.set(name, known);
  return known;
}

/** What stays as it is, is written once. */
function whole(plan: JsonObject): JsonObject {
  const entries = arrayOf(plan.resource_changes).map((entry) => {
    const { both, ...change } = objectOf(member(entry, 'change'));
    return both === undefined
      ? entry
      : {
          ...objectOf(entry),
          change: { ...change, before: both, after: both, before_sensitive: change.after_sensitive ?? {} },
        };
  });
  return { ...plan, resource_changes: entries };
}

/** The plan of a base with a change in it. */
export function planOf({ on, changes, configuration, gone }: PlannedChange): JsonObject {
  const base = baseOf(on);
  const addresses = new Set(changes.map(({ address }) => address));
  const replaced = new Set([...configuration.map(keyOf), ...gone]);
  const root = objectOf(member(base.configuration, 'root_module'));
  return {
    ...base,
    resource_changes: [
      ...arrayOf(base.resource_changes).filter((entry) => !addresses.has(member(entry, 'address') ?? '')),
      ...changes,
    ],
    configuration: {
      root_module: {
        ...root,
        resources: [
          ...arrayOf(root.resources).filter((entry) => isObject(entry) && !replaced.has(keyOf(entry))),
          ...configuration,
        ],
      },
    },
  };
}

function keyOf({ mode, type, name }: JsonObject): string {
  return [mode, type, name].map(String).join('.');
}

/** Reports of plans by the rules of the kit. */
export function reportOf(plan: JsonObject, name: string): AuditReport {
  return buildReport(buildModel([readPlan(plan, name, `${name}.plan.json`)]), RULES);
}
