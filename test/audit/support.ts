import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../audit/json';
import { buildModel } from '../../audit/model/build';
import type { AuditModel } from '../../audit/model/types';
import { readPlan } from '../../audit/reader/plan';
import { type AuditReport, buildReport } from '../../audit/report/report';
import { RULES } from '../../audit/rules';

/** A plan that real Terraform made with the real provider (fixtures/generate.mjs). */
export function fixture(name: string): string {
  return join(__dirname, 'fixtures', name, 'plan.json');
}

export function readFixture(name: string): JsonObject {
  return JSON.parse(readFileSync(fixture(name), 'utf8')) as JsonObject;
}

/** A folder for one test file, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-audit-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeJson(folder: string, name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

/** A resource of a hand-written plan. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly mode?: 'managed' | 'data';
  readonly index?: string | number;
  readonly after?: JsonObject;
  readonly unknown?: JsonObject;
  readonly sensitive?: Json;
  /** By attribute: references of an expression, or a whole expression. */
  readonly expressions?: JsonObject;
}

/** Plan JSON in the shape of Terraform's, for edges that the generated fixtures do not have. */
export function planOf(resources: readonly PlannedResource[], extra: JsonObject = {}): JsonObject {
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: {},
    resource_changes: resources.map(
      ({ type, name, mode = 'managed', index, after = {}, unknown = {}, sensitive = {} }) => ({
        address: `${mode === 'data' ? 'data.' : ''}${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
        mode,
        type,
        name,
        ...(index === undefined ? {} : { index }),
        change: { actions: ['create'], before: null, after, after_unknown: unknown, after_sensitive: sensitive },
      }),
    ),
    configuration: {
      root_module: {
        resources: resources.map(({ type, name, mode = 'managed', expressions = {} }) => ({
          mode,
          type,
          name,
          expressions,
        })),
      },
    },
    ...extra,
  };
}

export function modelOf(plan: JsonObject): AuditModel {
  return buildModel([readPlan(plan, 'stack', 'plan.json')]);
}

export function reportOf(plan: JsonObject): AuditReport {
  return buildReport(modelOf(plan), RULES);
}

export function refer(...references: string[]): JsonObject {
  return { references };
}

/** An API with one method, of which a test states what matters; attributes with references are unknown. */
export function apiWithMethod(
  method: JsonObject,
  extra: readonly PlannedResource[] = [],
  references: JsonObject = {},
): JsonObject {
  return planOf([
    {
      type: 'aws_api_gateway_rest_api',
      name: 'a',
      after: { name: 'api' },
      unknown: { id: true, root_resource_id: true },
    },
    {
      type: 'aws_api_gateway_method',
      name: 'm',
      after: { http_method: 'GET', ...method },
      unknown: {
        rest_api_id: true,
        resource_id: true,
        ...Object.fromEntries(Object.keys(references).map((name) => [name, true])),
      },
      expressions: {
        ...references,
        rest_api_id: refer('aws_api_gateway_rest_api.a.id', 'aws_api_gateway_rest_api.a'),
        resource_id: refer('aws_api_gateway_rest_api.a.root_resource_id', 'aws_api_gateway_rest_api.a'),
      },
    },
    ...extra,
  ]);
}

/** A table of access rules for {@link apiWithMethod}. */
export function accessRules(routes: JsonObject, more: Partial<PlannedResource> = {}): PlannedResource {
  return {
    type: 'terraform_data',
    name: 'rules',
    after: { input: { api: 'api', routes } },
    expressions: { input: { constant_value: {} } },
    ...more,
  };
}
