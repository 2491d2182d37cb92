import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Address of the AWS provider inside a mirror or a plug-in folder. */
const PROVIDER_PATH = join('registry.terraform.io', 'hashicorp', 'aws');

/** Not below a `.terraform`: what a working directory downloaded goes with it. Packages are many and hold no provider. */
const PRUNED = ['(', '-name', '.terraform', '-o', '-name', 'node_modules', ')', '-prune', '-o'];
const SEARCH = ['/', '-xdev', ...PRUNED, '-type', 'd', '-path', `*/${PROVIDER_PATH}`, '-print', '-quit'];

/** The Terraform (or OpenTofu) binary: `TERRAFORM_BINARY_NAME`, else `terraform`, else `tofu`, looked for on PATH. */
export function findTerraform(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.TERRAFORM_BINARY_NAME;
  const names = named === undefined ? ['terraform', 'tofu'] : [named];
  const folders = (environment.PATH ?? '').split(delimiter);
  return names
    .flatMap((name) => (name.includes('/') ? [name] : folders.map((folder) => join(folder, name))))
    .find((file) => existsSync(file));
}

/**
 * A folder that holds the AWS provider as a filesystem mirror: `GATEHOUSE_TF_MIRROR`, then Terraform's own plug-in and
 * mirror folders, then a search of the disk. Nothing found means that `terraform init` downloads the provider.
 * Source of the folders: Terraform CLI configuration, "Implied Local Mirror Directories".
 */
export function findProviderMirror(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.GATEHOUSE_TF_MIRROR;
  if (named !== undefined && named !== '') {
    return existsSync(join(named, PROVIDER_PATH)) ? named : undefined;
  }
  const home = homedir();
  const usual = [
    environment.TF_PLUGIN_CACHE_DIR,
    'terraform.d/plugins',
    join(home, '.terraform.d/plugins'),
    join(home, '.terraform.d/plugin-cache'),
    join(home, '.local/share/terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ];
  return (
    usual.find((folder) => folder !== undefined && existsSync(join(folder, PROVIDER_PATH))) ?? searchDisk(environment)
  );
}

function searchDisk(environment: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === 'win32') {
    return undefined;
  }
  try {
    const found = execFileSync('find', SEARCH, {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
    return mirrorOf(found);
  } catch (error) {
    // `find` exits non-zero for every folder it may not read, whatever it has found.
    return mirrorOf(String((error as { stdout?: unknown }).stdout ?? ''));
  }
}

function mirrorOf(output: string): string | undefined {
  const folder = output.split('\n')[0] ?? '';
  return folder === '' ? undefined : dirname(dirname(dirname(folder)));
}
