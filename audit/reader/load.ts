import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { PlanUnusableError } from '../errors';
import { compareText, isObject, type Json, member, objectOf } from '../json';
import { differences } from './differences';
import { planConfig, readPlan } from './plan';
import { checkPlan, isState, readJsonObject } from './plan-file';
import type { NotJudged, Stack } from './stack';
import { readState } from './state';
import { readSynth, readSynthConfig } from './synth';

const SYNTH_FILE = 'cdk.tf.json';
const PLAN_SUFFIX = '.plan.json';

/** What was read, and what was not. */
export interface LoadedStacks {
  readonly stacks: readonly Stack[];
  readonly notJudged: readonly NotJudged[];
}

/** The files of one stack; at least one of the two. */
interface StackFiles {
  readonly name: string;
  plan?: string;
  synth?: string;
}

/**
 * Reads what is to be audited: a plan JSON file, a `cdk.tf.json`, an output folder of cdktf (`stacks/<name>/cdk.tf.json`), a
 * stack folder, or a folder of `<stack>.plan.json` files. Where a stack has both, the plan is read and `cdk.tf.json` adds what
 * only it knows; a plan of another configuration than the one beside it is told and not read. In an output folder the plan of
 * a stack is `<stack>.plan.json` in the folder or in its `plans`, or `plan.json` or one `*.plan.json` in the stack's folder.
 *
 * @returns the stacks in the order of their names, and the files that were not read
 * @throws {PlanUnusableError} when nothing usable is there
 */
export function loadStacks(path: string): LoadedStacks {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new PlanUnusableError(path, 'does not exist or cannot be read');
  }
  if (!isFolder) {
    return { stacks: [loadFile(path)], notJudged: [] };
  }
  const found = findStacks(path);
  if (found.length === 0) {
    throw new PlanUnusableError(path, `holds no stacks/*/${SYNTH_FILE}, no ${SYNTH_FILE} and no *${PLAN_SUFFIX}`);
  }
  const notJudged: NotJudged[] = [];
  const isSynthFolder = found.some(({ synth }) => synth !== undefined);
  const stacks: Stack[] = [];
  for (const files of found.sort((left, right) => compareText(left.name, right.name))) {
    if (isSynthFolder && files.synth === undefined) {
      const subject = label(path, files.plan ?? '');
      notJudged.push({
        stack: files.name,
        subject,
        reason: 'the plan is not read: its stack is not among the synthesized ones',
      });
    } else {
      stacks.push(loadStack(path, files, notJudged));
    }
  }
  return { stacks, notJudged };
}

function loadFile(path: string): Stack {
  const file = basename(path);
  const document = readJsonObject(path, path);
  const name = file.endsWith(PLAN_SUFFIX) ? file.slice(0, -PLAN_SUFFIX.length) : file.replace(/(\.tf)?\.json$/, '');
  if (isSynth(document)) {
    return readSynth(document, name, file);
  }
  if (isState(document)) {
    return readState(document, name, file);
  }
  checkPlan(document, path);
  return readPlan(document, name, file);
}

/** A configuration in JSON syntax has blocks at its top, and no format version. */
function isSynth(document: object): boolean {
  return (
    !('format_version' in document) && !('version' in document) && ('resource' in document || 'terraform' in document)
  );
}

function loadStack(folder: string, files: StackFiles, notJudged: NotJudged[]): Stack {
  const { name, plan: planFile, synth: synthFile } = files;
  const synth = synthFile === undefined ? undefined : readJsonObject(synthFile, synthFile);
  const config = synth === undefined ? undefined : readSynthConfig(synth);
  if (planFile !== undefined) {
    const plan = readJsonObject(planFile, planFile);
    checkPlan(plan, planFile);
    const differing = config === undefined ? [] : differences(config, planConfig(plan));
    if (differing.length === 0) {
      return readPlan(plan, name, label(folder, planFile), config);
    }
    const more = differing.length === 1 ? '' : ` and ${differing.length - 1} more`;
    notJudged.push({
      stack: name,
      subject: label(folder, planFile),
      reason: `the plan is not read, plan again: it is of another configuration (${differing[0]}${more})`,
    });
  }
  return readSynth(objectOf(synth), name, label(folder, synthFile ?? ''));
}

/** Name of a file in reports: relative to the folder that is audited, the same on every machine. */
function label(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}

function findStacks(folder: string): StackFiles[] {
  const stacks = new Map<string, StackFiles>();
  for (const [name, stackFolder] of synthFolders(folder)) {
    const plan = planInFolder(stackFolder);
    stacks.set(name, { name, synth: join(stackFolder, SYNTH_FILE), ...(plan === undefined ? {} : { plan }) });
  }
  if (existsSync(join(folder, SYNTH_FILE))) {
    const name = basename(resolve(folder));
    const plan = planInFolder(folder);
    return [{ name, synth: join(folder, SYNTH_FILE), ...(plan === undefined ? {} : { plan }) }];
  }
  for (const file of [...planFiles(folder), ...planFiles(join(folder, 'plans'))]) {
    const name = basename(file).slice(0, -PLAN_SUFFIX.length);
    const stack = stacks.get(name) ?? { name };
    if (stack.plan !== undefined) {
      throw new PlanUnusableError(file, `is a second plan of stack ${name}, the first is ${stack.plan}`);
    }
    stack.plan = file;
    stacks.set(name, stack);
  }
  return [...stacks.values()];
}

function planFiles(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder).sort(compareText) : [];
  return files.filter((file) => file.endsWith(PLAN_SUFFIX)).map((file) => join(folder, file));
}

/** Stack folders of a cdktf output; by its manifest where there is one, since cdktf leaves folders of removed stacks behind. */
function synthFolders(folder: string): [string, string][] {
  const manifest = join(folder, 'manifest.json');
  const listed = existsSync(manifest) ? member(readJsonObject(manifest, manifest), 'stacks') : undefined;
  const all = join(folder, 'stacks');
  const found: [string, string][] = isObject(listed)
    ? Object.entries(listed).map(([name, stack]) => [name, workingFolder(folder, name, stack)])
    : (existsSync(all) ? readdirSync(all) : []).map((name): [string, string] => [name, join(all, name)]);
  if (!isObject(listed)) {
    return found.filter(([, stackFolder]) => existsSync(join(stackFolder, SYNTH_FILE)));
  }
  for (const [, stackFolder] of found) {
    if (!existsSync(join(stackFolder, SYNTH_FILE))) {
      throw new PlanUnusableError(join(stackFolder, SYNTH_FILE), 'is missing, though manifest.json lists the stack');
    }
  }
  return found;
}

function workingFolder(folder: string, name: string, stack: Json): string {
  const stated = member(stack, 'workingDirectory');
  return typeof stated === 'string' ? join(folder, stated) : join(folder, 'stacks', name);
}

function planInFolder(folder: string): string | undefined {
  const plans = readdirSync(folder).filter((entry) => entry === 'plan.json' || entry.endsWith(PLAN_SUFFIX));
  if (plans.length > 1) {
    throw new PlanUnusableError(folder, `holds more than one plan: ${plans.sort(compareText).join(', ')}`);
  }
  return plans[0] === undefined ? undefined : join(folder, plans[0]);
}
