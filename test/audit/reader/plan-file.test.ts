import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { auditPath, PlanUnusableError } from '../../../audit';
import { fixture, readFixture, temporaryFolder, writeJson } from '../support';

const folder = temporaryFolder();

function refusal(path: string): PlanUnusableError {
  try {
    auditPath(path);
  } catch (error) {
    if (error instanceof PlanUnusableError) {
      return error;
    }
    throw error;
  }
  throw new Error(`${path} was accepted`);
}

const good = () => readFixture('good');

describe('what is refused', () => {
  const cases: [string, unknown, string][] = [
    ['another major version', { ...good(), format_version: '2.0' }, 'has plan format version "2.0", supported is 1.x'],
    ['no version', { resource_changes: [] }, 'has no format_version'],
    ['a state file', { version: 4, serial: 1, lineage: 'x', resources: [] }, 'is a Terraform state file'],
    ['an empty state as JSON', { format_version: '1.0' }, 'holds no plan'],
    ['a provider schema', { format_version: '1.0', provider_schemas: {} }, 'holds no plan'],
    ['a plan without configuration', { ...good(), configuration: undefined }, 'has no configuration'],
    ['an incomplete plan', { ...good(), complete: false }, 'is an incomplete plan'],
    ['truncated JSON', JSON.stringify(good()).slice(0, 5000), 'is truncated JSON'],
    ['JSON that ends within a list', '{"a":[1,', 'is truncated JSON'],
    ['another text', 'Terraform will perform the following actions', 'is not JSON'],
    ['an empty file', '', 'is not JSON'],
    ['a list', '[]', 'holds a list'],
    ['a binary plan', 'PK\u0003\u0004', 'is a binary plan'],
  ];

  test.each(cases)('%s', (name, content, message) => {
    const file = writeJson(folder, `${name.replaceAll(' ', '-')}.json`, content);

    const error = refusal(file);

    expect(error.message).toContain(message);
    expect(error.message.startsWith(file)).toBe(true);
    expect(error.exitCode).toBe(5);
  });

  test('a plan that Terraform gave up on', () => {
    expect(refusal(fixture('errored')).message).toMatch(/is an errored plan: .*; it would destroy \S+/);
  });

  test('a file that is not there', () => {
    expect(refusal(join(folder, 'nothing.json')).message).toContain('does not exist');
  });

  test('a folder without plans', () => {
    expect(refusal(temporary('empty')).message).toContain('holds no stacks/*/cdk.tf.json');
  });

  test('the text of the file is never quoted', () => {
    const file = writeJson(folder, 'secret.json', 'canary-secret-value');

    expect(refusal(file).message).not.toContain('canary');
  });
});

describe('what is accepted', () => {
  test('members that a later minor version adds', () => {
    const plan = { ...good(), format_version: '1.99', something_new: { a: 1 } };

    expect(auditPath(writeJson(folder, 'minor.json', plan)).counts).toEqual(auditPath(fixture('good')).counts);
  });

  test('a byte order mark', () => {
    const file = writeJson(folder, 'bom.json', `\uFEFF${JSON.stringify(good())}`);

    expect(auditPath(file).matrix).toHaveLength(4);
  });
});

function temporary(name: string): string {
  const path = join(folder, name);
  writeJson(mkdir(path), 'readme.txt', 'nothing to see');
  return path;
}

function mkdir(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
