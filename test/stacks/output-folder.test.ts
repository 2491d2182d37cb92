import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputFolder } from '../../stacks/output-folder';
import { temporaryFolder } from '../support/temporary-folder';
import { folderBytes } from './synthesized';

const MARK = '.gatehouse-output';
const CDKTF_MANIFEST = '{"version":"0.21.0","stacks":{}}';

function prepare(folder: string, stacks: readonly string[]): string[] {
  const kept: string[] = [];
  OutputFolder.at(folder).prepare(stacks, (path) => kept.push(path));
  for (const id of stacks) mkdirSync(join(folder, 'stacks', id), { recursive: true });
  return kept;
}

describe('an output folder', () => {
  test('that is empty is marked with the ids of its stacks', () => {
    const folder = temporaryFolder();
    prepare(folder, ['platform-dev', 'gateway-shop-dev']);
    expect(JSON.parse(readFileSync(join(folder, MARK), 'utf8'))).toEqual({
      kit: 'gatehouse',
      schema: 1,
      stacks: ['gateway-shop-dev', 'platform-dev'],
    });
  });

  test.each([
    ['a project', { 'package.json': '{}', 'src/index.ts': '' }, 'package.json'],
    ['a file with a dot', { '.bashrc': 'x' }, '.bashrc'],
    [
      'stacks of another program',
      { 'manifest.json': CDKTF_MANIFEST, 'stacks/network/cdk.tf.json': '{}' },
      'stacks/network',
    ],
    ['the manifest of a web application', { 'manifest.json': '{"name":"shop"}' }, 'manifest.json'],
    ['a manifest that is not JSON', { 'manifest.json': 'x' }, 'manifest.json'],
    ['stacks beside something else', { 'stacks/platform-dev/cdk.tf.json': '{}', 'thesis.txt': 'x' }, 'thesis.txt'],
  ])('with %s in it is refused and left as it is', (_, files, foreign) => {
    const folder = temporaryFolder(files as Record<string, string>);
    const before = folderBytes(folder);
    expect(() => OutputFolder.at(folder)).toThrow(
      `the output folder ${folder} was not written by gatehouse: it has no ${MARK} and holds "${foreign}", name an empty or a new folder`,
    );
    expect(folderBytes(folder)).toEqual(before);
  });

  test('of an earlier version, which set no mark, is taken over and cleared of former stacks', () => {
    const folder = temporaryFolder({
      'manifest.json': CDKTF_MANIFEST,
      'plans/platform-dev.plan.json': '{}',
      'stacks/platform-dev/cdk.tf.json': '{}',
      'stacks/gateway-shop-dev/cdk.tf.json': '{}',
    });
    prepare(folder, ['platform-dev']);
    expect(readdirSync(join(folder, 'stacks'))).toEqual(['platform-dev']);
    expect(existsSync(join(folder, 'plans', 'platform-dev.plan.json'))).toBe(true);
  });

  test('keeps the folders in stacks that the kit did not write', () => {
    const folder = temporaryFolder();
    prepare(folder, ['platform-dev']);
    for (const foreign of ['network', 'platform-of-ours']) mkdirSync(join(folder, 'stacks', foreign));
    prepare(folder, ['platform-prod']);
    expect(readdirSync(join(folder, 'stacks')).sort()).toEqual(['network', 'platform-of-ours', 'platform-prod']);
  });

  test('clears a stack that was kept for its state once the state is gone', () => {
    const folder = temporaryFolder();
    prepare(folder, ['platform-dev']);
    const state = join(folder, 'stacks', 'platform-dev', 'terraform.tfstate');
    writeFileSync(state, '{}');
    expect(prepare(folder, ['platform-prod'])).toEqual([join(folder, 'stacks', 'platform-dev')]);
    rmSync(state);
    expect(prepare(folder, ['platform-prod'])).toEqual([]);
    expect(readdirSync(join(folder, 'stacks'))).toEqual(['platform-prod']);
  });

  test.each([
    ['is cut off', '{"kit":"gateh'],
    ['is of another program', '{"kit":"other","stacks":[]}'],
    ['names a path that leads out', '{"kit":"gatehouse","schema":1,"stacks":["platform-/../../.."]}'],
  ])('whose mark %s is refused', (_, text) => {
    const folder = temporaryFolder({ [MARK]: text });
    expect(() => OutputFolder.at(folder)).toThrow(/\.gatehouse-output is damaged: delete the folder/);
  });
});
