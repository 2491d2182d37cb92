import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { SynthError } from './errors';

export type JsonObject = Record<string, unknown>;

/** One synthesized stack, as it lies on disk. */
export interface SynthStack {
  readonly id: string;
  /** Folder of `cdk.tf.json`; relative paths of assets begin here. */
  readonly folder: string;
  readonly document: JsonObject;
}

export interface ReadStacksOptions {
  /** Folder with `manifest.json`. */
  readonly synthDir: string;
  /** Selects `platform-<environment>` and every `gateway-<api>-<environment>` with a stage of that name. */
  readonly environment: string;
  /** Ids of the stacks to serve instead, for stacks with other names. @default - those of the environment */
  readonly stacks?: readonly string[];
}

/**
 * Reads the stacks of one environment.
 *
 * @throws {SynthError} when nothing was synthesized, a stack is missing, or the environment has none
 */
export function readStacks({ synthDir, environment, stacks }: ReadStacksOptions): SynthStack[] {
  const ids = manifestIds(synthDir);
  const unknown = stacks?.find((id) => !ids.has(id));
  if (unknown !== undefined) {
    throw new SynthError(`stack is ${JSON.stringify(unknown)}, synthesized are ${[...ids.keys()].join(', ')}`);
  }
  const wanted = [...ids].filter(([id]) => stacks?.includes(id) ?? isCandidate(id, environment));
  const read = wanted.map(([id, file]): SynthStack => ({ id, folder: path.dirname(file), document: readObject(file) }));
  // The id alone is not enough: gateway-home-eu-dev is the API home-eu in dev, or home in eu-dev.
  const selected = stacks === undefined ? read.filter((stack) => belongs(stack, environment)) : read;
  if (selected.length === 0) {
    throw new SynthError(
      `environment is ${JSON.stringify(environment)}, no stack platform-${environment} or gateway-<api>-${environment} is among ${[...ids.keys()].join(', ')}`,
    );
  }
  return selected;
}

/** Value as an object; `{}` for nothing. @throws {SynthError} for anything else, lists included */
export function objectOf(value: unknown, what: string): JsonObject {
  if (value === undefined || value === null) {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new SynthError(`${what} is not an object`);
  }
  return value as JsonObject;
}

/** The blocks of a name: Terraform's JSON has one as an object and several as a list. */
export function blocksOf(value: unknown, what: string): JsonObject[] {
  if (value === undefined || value === null) {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).map((block) => objectOf(block, what));
}

function isCandidate(id: string, environment: string): boolean {
  return id === `platform-${environment}` || (id.startsWith('gateway-') && id.endsWith(`-${environment}`));
}

function belongs({ id, document }: SynthStack, environment: string): boolean {
  if (!id.startsWith('gateway-')) {
    return true;
  }
  const resources = objectOf(document.resource, `resource of stack ${id}`);
  const stages = Object.values(objectOf(resources.aws_api_gateway_stage, `stages of stack ${id}`));
  return stages.some((stage) => objectOf(stage, `stage of stack ${id}`).stage_name === environment);
}

/** Files of the stacks by their ids, in the order of the manifest. */
function manifestIds(synthDir: string): Map<string, string> {
  const file = path.join(synthDir, 'manifest.json');
  if (!existsSync(file)) {
    throw new SynthError(`${file} does not exist: synthesize the stacks first`);
  }
  const stacks = Object.entries(objectOf(readObject(file).stacks, `stacks of ${file}`));
  return new Map(
    stacks.map(([id, value]) => {
      const relative = objectOf(value, `stack ${id} of ${file}`).synthesizedStackPath;
      if (typeof relative !== 'string') {
        throw new SynthError(`stack ${id} of ${file} has no synthesizedStackPath`);
      }
      return [id, path.resolve(synthDir, relative)];
    }),
  );
}

function readObject(file: string): JsonObject {
  try {
    return objectOf(JSON.parse(readFileSync(file, 'utf8')), file);
  } catch (cause) {
    throw new SynthError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
