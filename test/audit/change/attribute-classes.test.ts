import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTRIBUTE_CLASSES, classOf } from '../../../audit/change/classes';
import { classes, HARMLESS } from '../../../audit/change/classes/attribute-class';
import { isObject, type Json, type JsonObject, member, objectOf } from '../../../audit/json';
import { findProviderMirror, findTerraform } from '../../../cli/terraform/discover';
import listedAttributes from '../fixtures/provider-attributes.json';
import { temporaryFolder } from '../support';

const LISTED: Readonly<Record<string, string>> = listedAttributes;

const binary = findTerraform();
const mirror = findProviderMirror();
const reason =
  binary === undefined
    ? ' (skipped: no terraform)'
    : mirror === undefined
      ? ' (skipped: no mirror of the provider)'
      : '';
const whereTheProviderIs = reason === '' ? describe : describe.skip;

test('an attribute has one class', () => {
  expect(() => classes({ aws_x: { 'a b': HARMLESS, b: HARMLESS } })).toThrow('aws_x: b has two classes');
});

test('what a block is holds for all in it, but where it says something else itself', () => {
  const of = new Map([...(ATTRIBUTE_CLASSES.get('aws_wafv2_web_acl') ?? [])]);
  expect(classOf(of, 'rule.statement.ip_set_reference_statement.arn')).toMatchObject({ kind: 'identity' });
  expect(classOf(of, 'rule.visibility_config.sampled_requests_enabled')).toMatchObject({ kind: 'ordered' });
  expect(classOf(of, 'brand_new')).toBeUndefined();
});

test('every attribute of the provider that these types have has a class', () => {
  // Made from the schema by fixtures/generate-attributes.mjs.
  const without = Object.entries(LISTED).flatMap(([type, paths]) =>
    paths
      .split(' ')
      .filter((path) => classOf(ATTRIBUTE_CLASSES.get(type) ?? new Map(), path) === undefined)
      .map((path) => `${type} ${path}`),
  );
  expect(without).toEqual([]);
  expect(Object.keys(LISTED).sort()).toEqual([...ATTRIBUTE_CLASSES.keys()].sort());
  const all = Object.values(LISTED).flatMap((paths) => paths.split(' ')).length;
  process.stdout.write(`${Object.keys(LISTED).length} types, ${all} attributes, ${without.length} without a class\n`);
});

whereTheProviderIs(`the schema of the provider${reason}`, () => {
  const folder = temporaryFolder();
  let types: JsonObject;

  beforeAll(() => {
    const terraform = (...args: string[]) =>
      execFileSync(binary ?? '', args, {
        cwd: folder,
        env: { ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc'), CHECKPOINT_DISABLE: '1' },
        maxBuffer: 256 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString('utf8');
    writeFileSync(
      join(folder, 'cli.tfrc'),
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    writeFileSync(
      join(folder, 'main.tf.json'),
      JSON.stringify({ terraform: { required_providers: { aws: { source: 'hashicorp/aws' } } } }),
    );
    terraform('init', '-input=false');
    const schema = JSON.parse(terraform('providers', 'schema', '-json')) as Json;
    const [aws] = Object.values(objectOf(member(schema, 'provider_schemas')));
    types = objectOf(member(aws, 'resource_schemas'));
  }, 120_000);

  test('holds no attribute without a class, of the types that the audit compares', () => {
    const without = [...ATTRIBUTE_CLASSES].flatMap(([type, of]) =>
      argumentsIn(member(types[type], 'block'))
        .filter((path) => classOf(of, path) === undefined)
        .map((path) => `${type} ${path}`),
    );
    expect(without).toEqual([]);
  });

  test('holds what the list of its attributes holds, and no more', () => {
    const paths = (type: string) =>
      argumentsIn(member(types[type], 'block')).map((path) => path.split('.').slice(0, 3));
    const listed = [...ATTRIBUTE_CLASSES.keys()].map((type) => [
      type,
      [...new Set(paths(type).map((names) => names.join('.')))].sort().join(' '),
    ]);
    expect(LISTED).toEqual(Object.fromEntries(listed));
  });

  test('holds every type of the table', () => {
    expect([...ATTRIBUTE_CLASSES.keys()].filter((type) => !isObject(types[type]))).toEqual([]);
  });
});

/** Paths of what can be set; what the provider alone fills in follows from it. */
function argumentsIn(block: Json | undefined): string[] {
  const own = Object.entries(objectOf(member(block, 'attributes')))
    .filter(([, one]) => member(one, 'optional') === true || member(one, 'required') === true)
    .flatMap(([name, one]) => {
      const nested = member(one, 'nested_type');
      return nested === undefined ? [name] : argumentsIn(nested).map((path) => `${name}.${path}`);
    });
  const blocks = Object.entries(objectOf(member(block, 'block_types'))).flatMap(([name, one]) => {
    const inner = argumentsIn(member(one, 'block'));
    return inner.length === 0 ? [name] : inner.map((path) => `${name}.${path}`);
  });
  return [...own, ...blocks];
}
