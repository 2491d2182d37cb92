import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkConfig } from '../../../stacks/config';
import { configuration, publishedSchema } from '../../../stacks/config/schema/configuration';
import { temporaryFolder } from '../../support/temporary-folder';

const schema: unknown = JSON.parse(JSON.stringify(publishedSchema()));
const ROOT = resolve(__dirname, '../../..');

/** Every member that the schema describes somewhere, with its path in the schema. */
function members(node: unknown, path = ''): [string, Record<string, unknown>][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => {
    // A condition repeats members that stand elsewhere.
    if (name === 'if') return [];
    const inside = members(value, `${path}/${name}`);
    const own = name === 'properties' ? (Object.entries(value as object) as [string, Record<string, unknown>][]) : [];
    return [...own.map(([member, body]): [string, Record<string, unknown>] => [`${path}/${member}`, body]), ...inside];
  });
}

const all = members(schema).filter(([, body]) => typeof body === 'object');

test('every member of the configuration has a text that an editor shows', () => {
  expect(all.length).toBeGreaterThan(140);
  expect(all.filter(([, { description }]) => typeof description !== 'string').map(([path]) => path)).toEqual([]);
});

test('the texts are sentences of some use, none of which says only the name again', () => {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const useless = all.filter(([path, { description }]) => {
    const text = String(description);
    return text.length < 10 || bare(text) === bare(path.split('/').at(-1) ?? '');
  });
  expect(useless.map(([path]) => path)).toEqual([]);
});

test('$schema by the package finds the schema in an installed project, and is accepted', () => {
  const reference = './node_modules/gatehouse/dist/stacks/config/gatehouse.config.schema.json';
  expect(configuration.properties?.$schema?.description).toContain(reference);
  // As npm installs the kit, of which the schema is a part.
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain('dist');
  const project = temporaryFolder();
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(ROOT, join(project, 'node_modules', 'gatehouse'));
  expect(existsSync(resolve(project, reference))).toBe(true);
  const found: unknown = JSON.parse(readFileSync(resolve(project, reference), 'utf8'));
  expect(found).toEqual(schema);
  const example = JSON.parse(
    readFileSync(join(ROOT, 'examples/homepage-dashboard/gatehouse.config.json'), 'utf8'),
  ) as object;
  expect(() => checkConfig({ ...example, $schema: reference }, 'example')).not.toThrow();
});
