import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** Address of the AWS provider inside a mirror or a plug-in folder. */
const PROVIDER_PATH = join('registry.terraform.io', 'hashicorp', 'aws');

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
 * A folder that holds the AWS provider as a filesystem mirror: `GATEHOUSE_TF_MIRROR`, else what Terraform itself would look
 * at. Nothing found means that `terraform init` downloads the provider. Nowhere else is looked: Terraform executes the
 * provider that it is given.
 *
 * @param home the user's home folder
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file "Implied Local Mirror Directories"
 */
export function findProviderMirror(
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): string | undefined {
  const named = environment.GATEHOUSE_TF_MIRROR;
  if (named !== undefined && named !== '') {
    return holdsProvider(named) ? resolve(named) : undefined;
  }
  const found = [...configuredFolders(environment, home), ...impliedFolders(environment, home)].find(holdsProvider);
  return found === undefined ? undefined : resolve(found);
}

function holdsProvider(folder: string): boolean {
  return existsSync(join(folder, PROVIDER_PATH));
}

/** The plug-in cache and the filesystem mirrors of Terraform's CLI configuration. */
function configuredFolders(environment: NodeJS.ProcessEnv, home: string): string[] {
  const cache = environment.TF_PLUGIN_CACHE_DIR;
  const file = environment.TF_CLI_CONFIG_FILE || join(home, '.terraformrc');
  return [...(cache === undefined || cache === '' ? [] : [cache]), ...foldersOf(file, environment, home)];
}

function foldersOf(file: string, environment: NodeJS.ProcessEnv, home: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Terraform goes on without one as well.
    return [];
  }
  const code = text.replaceAll(/^\s*(#|\/\/).*$/gm, '');
  const caches = [...code.matchAll(/^\s*plugin_cache_dir\s*=\s*"([^"]+)"/gm)];
  const mirrors = [...code.matchAll(/\bfilesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/g)];
  const variables: NodeJS.ProcessEnv = { HOME: home, ...environment };
  // Terraform puts environment variables into the path of the cache, and says so of no other.
  return [...caches, ...mirrors].map(([, path = '']) =>
    path.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => variables[braced ?? bare] ?? ''),
  );
}

function impliedFolders(environment: NodeJS.ProcessEnv, home: string): string[] {
  const data = environment.XDG_DATA_HOME || join(home, '.local', 'share');
  const shared = (environment.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':');
  const ofSystem: Partial<Record<NodeJS.Platform, string[]>> = {
    darwin: [
      join(home, 'Library/Application Support/io.terraform/plugins'),
      '/Library/Application Support/io.terraform/plugins',
    ],
    win32: ['terraform.d/plugins', 'HashiCorp/Terraform/plugins'].map((path) =>
      join(environment.APPDATA ?? home, path),
    ),
  };
  return [
    join('terraform.d', 'plugins'),
    join(home, '.terraform.d', 'plugins'),
    join(home, '.terraform.d', 'plugin-cache'),
    ...(ofSystem[process.platform] ?? [data, ...shared].map((folder) => join(folder, 'terraform', 'plugins'))),
  ];
}
