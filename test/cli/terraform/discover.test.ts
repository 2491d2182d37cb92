import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProviderMirror, findTerraform } from '../../../cli/terraform/discover';
import { temporaryFolder } from '../../e2e/support';

describe('discovery of Terraform', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  function binary(name: string): string {
    const file = join(folder.path, name);
    writeFileSync(file, '');
    return file;
  }

  test('prefers terraform, takes tofu where there is only that', () => {
    expect(findTerraform({ PATH: folder.path })).toBeUndefined();
    const tofu = binary('tofu');
    expect(findTerraform({ PATH: folder.path })).toBe(tofu);
    const terraform = binary('terraform');
    expect(findTerraform({ PATH: folder.path })).toBe(terraform);
    expect(findTerraform({ PATH: folder.path, TERRAFORM_BINARY_NAME: 'tofu' })).toBe(tofu);
  });

  test('takes the mirror that is named, and no other when it holds no AWS provider', () => {
    const mirror = join(folder.path, 'mirror');
    expect(findProviderMirror({ ...process.env, GATEHOUSE_TF_MIRROR: mirror })).toBeUndefined();
    mkdirSync(join(mirror, 'registry.terraform.io/hashicorp/aws'), { recursive: true });
    expect(findProviderMirror({ ...process.env, GATEHOUSE_TF_MIRROR: mirror })).toBe(mirror);
  });

  test("takes Terraform's plug-in cache before a search of the disk", () => {
    const cache = join(folder.path, 'cache');
    mkdirSync(join(cache, 'registry.terraform.io/hashicorp/aws'), { recursive: true });
    const { GATEHOUSE_TF_MIRROR: _, ...environment } = process.env;
    expect(findProviderMirror({ ...environment, TF_PLUGIN_CACHE_DIR: cache })).toBe(cache);
  });
});
