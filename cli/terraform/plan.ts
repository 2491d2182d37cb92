import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../../constructs/support/make-folder';

const run = promisify(execFile);

/** What Terraform needs to plan new resources without an AWS account. It is laid beside the synthesized file. */
const OFFLINE_OVERRIDE = {
  provider: {
    aws: [
      {
        access_key: 'offline',
        secret_key: 'offline',
        skip_credentials_validation: true,
        skip_requesting_account_id: true,
        skip_metadata_api_check: 'true',
        skip_region_validation: true,
        // Nothing to compare it with: the account is not asked for.
        allowed_account_ids: null,
      },
    ],
  },
  // Another back end needs its own credentials; the plan of new resources needs no state.
  terraform: { backend: { local: {} } },
};

/** How to run Terraform. */
export interface TerraformOptions {
  /** Path of the binary. */
  readonly binary: string;
  /** Filesystem mirror with the AWS provider. @default - `terraform init` downloads it */
  readonly mirror?: string | undefined;
}

/** The plan of one stack. */
export interface StackPlan {
  readonly stack: string;
  /** Resources that the plan creates. */
  readonly resources: number;
  /** File with `terraform show -json`. */
  readonly file: string;
}

/** Terraform refused a stack; `details` holds Terraform's own words. */
export class TerraformError extends Error {
  override readonly name = 'TerraformError';
  constructor(
    message: string,
    readonly details: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Runs `terraform init`, `plan` (which validates) and `show -json` on a copy of each synthesized stack, offline, as a first
 * deployment, and writes `<stack>.plan.json` into `outFolder`. The synthesized files stay as they are.
 *
 * @throws {TerraformError} for the first stack that Terraform refuses
 */
export async function planStacks(
  stackFolders: ReadonlyMap<string, string>,
  outFolder: string,
  options: TerraformOptions,
  progress: (line: string) => void = () => {},
): Promise<StackPlan[]> {
  makeFolder(outFolder);
  const work = mkdtempSync(join(tmpdir(), 'gatehouse-plan-'));
  const stop = stopOnSignal(work);
  try {
    const environment = terraformEnvironment(work, options);
    const plans: StackPlan[] = [];
    for (const [stack, folder] of stackFolders) {
      progress(`planning ${stack} (${plans.length + 1} of ${stackFolders.size})`);
      plans.push(await planStack(stack, folder, join(work, stack), outFolder, options.binary, environment));
    }
    return plans;
  } finally {
    stop();
    rmSync(work, { recursive: true, force: true });
  }
}

/** A folder of several hundred megabytes is not left behind by Ctrl-C. Terraform gets the signal of the terminal as well. */
function stopOnSignal(work: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    // Terraform may be writing into it for a moment yet.
    rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** Terraform's environment: nothing of the user's AWS settings, no telemetry, the mirror by a CLI configuration. */
function terraformEnvironment(work: string, options: TerraformOptions): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: work,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  if (options.mirror !== undefined) {
    const file = join(work, 'terraform.rc');
    writeFileSync(
      file,
      [
        'provider_installation {',
        `  filesystem_mirror {\n    path    = ${JSON.stringify(options.mirror)}\n    include = ["registry.terraform.io/*/*"]\n  }`,
        '}',
        '',
      ].join('\n'),
    );
    environment.TF_CLI_CONFIG_FILE = file;
  }
  return environment;
}

async function planStack(
  stack: string,
  folder: string,
  work: string,
  outFolder: string,
  binary: string,
  env: NodeJS.ProcessEnv,
): Promise<StackPlan> {
  cpSync(folder, work, { recursive: true });
  writeFileSync(join(work, 'offline_override.tf.json'), JSON.stringify(OFFLINE_OVERRIDE));
  const terraform = async (...args: string[]): Promise<string> => {
    try {
      const { stdout } = await run(binary, args, { cwd: work, env, maxBuffer: 256 * 1024 * 1024 });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const details = `${stderr}\n${stdout}`.trim();
      throw new TerraformError(`terraform ${args[0]} refused the stack ${stack}`, details, { cause: error });
    }
  };
  await terraform('init', '-no-color');
  // It validates first, in the same words as `terraform validate`.
  await terraform('plan', '-no-color', '-refresh=false', '-lock=false', '-out=plan.bin');
  const json = await terraform('show', '-json', 'plan.bin');
  const file = join(outFolder, `${stack}.plan.json`);
  writeFileSync(file, json);
  const { resource_changes: changes = [] } = JSON.parse(json) as { resource_changes?: unknown[] };
  return { stack, resources: changes.length, file };
}

/** Folders of the stacks that a synthesis wrote, by stack id, in the order of its manifest. */
export function stackFolders(synthFolder: string): Map<string, string> {
  const manifest = JSON.parse(readFileSync(join(synthFolder, 'manifest.json'), 'utf8')) as {
    stacks: Record<string, { workingDirectory: string }>;
  };
  return new Map(Object.entries(manifest.stacks).map(([id, stack]) => [id, join(synthFolder, stack.workingDirectory)]));
}
