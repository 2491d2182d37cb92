import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, EXIT } from '../errors';
import { findProviderMirror, findTerraform } from '../terraform/discover';
import { planStacks, stackFolders, TerraformError } from '../terraform/plan';

export interface PlanOptions {
  readonly out: string;
  readonly stack?: readonly string[];
}

/** Plans every synthesized stack, or those that are named. */
export async function plan(options: PlanOptions): Promise<void> {
  const binary = findTerraform();
  if (binary === undefined) {
    throw new CliError('neither terraform nor tofu is on PATH (TERRAFORM_BINARY_NAME names another)');
  }
  if (!existsSync(join(options.out, 'manifest.json'))) {
    throw new CliError(`${options.out} holds no synthesized stacks: run gatehouse synth first`, EXIT.usage);
  }
  const folders = selectStacks(stackFolders(options.out), options.stack);
  const mirror = findProviderMirror();
  console.log(mirror === undefined ? 'provider: downloaded by terraform init' : `provider: mirror ${mirror}`);
  const plans = await planStacks(folders, join(options.out, 'plans'), { binary, mirror }, (line) =>
    console.log(line),
  ).catch(explain);
  for (const plan of plans) {
    console.log(`${plan.file}: ${plan.resources} resources`);
  }
}

/** Terraform's own words are worth more than one line. */
function explain(error: unknown): never {
  if (error instanceof TerraformError) {
    process.stderr.write(`${error.details}\n`);
    throw new CliError(error.message, EXIT.failed, { cause: error });
  }
  throw error;
}

function selectStacks(all: Map<string, string>, wanted: readonly string[] | undefined): Map<string, string> {
  if (wanted === undefined) {
    return all;
  }
  const unknown = wanted.find((id) => !all.has(id));
  if (unknown !== undefined) {
    throw new CliError(`no stack ${unknown}, there are ${[...all.keys()].join(', ')}`, EXIT.usage);
  }
  return new Map([...all].filter(([id]) => wanted.includes(id)));
}
