import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProviderMirror, findTerraform } from '../../../cli/terraform/discover';
import { temporaryFolder } from '../../support/temporary-folder';

/** A mirror of the provider, at a place in a folder. */
function mirrorAt(...segments: string[]): string {
  const mirror = join(...segments);
  mkdirSync(join(mirror, 'registry.terraform.io/hashicorp/aws'), { recursive: true });
  return mirror;
}

test('prefers terraform, takes tofu where there is only that', () => {
  const folder = temporaryFolder();
  const binary = (name: string): string => {
    const file = join(folder, name);
    writeFileSync(file, '');
    return file;
  };
  expect(findTerraform({ PATH: folder })).toBeUndefined();
  const tofu = binary('tofu');
  expect(findTerraform({ PATH: folder })).toBe(tofu);
  const terraform = binary('terraform');
  expect(findTerraform({ PATH: folder })).toBe(terraform);
  expect(findTerraform({ PATH: folder, TERRAFORM_BINARY_NAME: 'tofu' })).toBe(tofu);
});

describe('a mirror of the provider', () => {
  let home: string;
  beforeEach(() => {
    home = temporaryFolder();
  });

  test('that is named is taken, and no other when it holds no AWS provider', () => {
    mirrorAt(home, '.terraform.d/plugins');
    const named = join(home, 'mirror');
    expect(findProviderMirror({ GATEHOUSE_TF_MIRROR: named }, home)).toBeUndefined();
    mirrorAt(named);
    expect(findProviderMirror({ GATEHOUSE_TF_MIRROR: named }, home)).toBe(named);
  });

  test('is the plug-in cache that the environment names', () => {
    const cache = mirrorAt(home, 'cache');
    expect(findProviderMirror({ TF_PLUGIN_CACHE_DIR: cache }, home)).toBe(cache);
  });

  test.each([
    '.terraform.d/plugins',
    '.terraform.d/plugin-cache',
    ...(process.platform === 'linux' ? ['.local/share/terraform/plugins'] : []),
  ])("is Terraform's own folder ~/%s", (place) => {
    expect(findProviderMirror({}, home)).toBeUndefined();
    const mirror = mirrorAt(home, place);
    expect(findProviderMirror({}, home)).toBe(mirror);
  });

  test.each([
    ['plugin_cache_dir = "$HOME/cache"', 'cache'],
    ['plugin_cache_dir   = "${HOME}/a/cache"', 'a/cache'],
    [
      'provider_installation {\n  filesystem_mirror {\n    include = ["*/*/*"]\n    path = "HERE/mirror"\n  }\n}',
      'mirror',
    ],
  ])("is one of Terraform's CLI configuration: %j", (text, place) => {
    writeFileSync(join(home, '.terraformrc'), text.replace('HERE', home));
    const mirror = mirrorAt(home, place);
    expect(findProviderMirror({}, home)).toBe(mirror);
    expect(findProviderMirror({ TF_CLI_CONFIG_FILE: join(home, 'none') }, home)).toBeUndefined();
  });

  test('is not one that a comment of the CLI configuration names', () => {
    mirrorAt(home, 'cache');
    writeFileSync(join(home, '.terraformrc'), '# plugin_cache_dir = "$HOME/cache"\n');
    expect(findProviderMirror({}, home)).toBeUndefined();
  });

  test.each(['planted', 'tmp/terraform/plugins', 'work/.terraform/providers', 'terraform-mirror'])(
    'that lies anywhere else, as in %s, is not looked for',
    (place) => {
      mirrorAt(home, place);
      // Also with what would find programs on the disk.
      expect(findProviderMirror({ PATH: process.env.PATH, HOME: home, TMPDIR: home }, home)).toBeUndefined();
    },
  );
});
