import { readFileSync } from 'node:fs';
import { PlanUnusableError } from '../errors';
import { arrayOf, isObject, type Json, type JsonObject, member } from '../json';

/** Format of plan JSON that is read; a minor version may add members, another major one may mean anything. */
const SUPPORTED_MAJOR = '1';

const SHOWN_DESTROYED = 10;

/**
 * Reads a JSON object from a file.
 *
 * @param label name of the file in messages
 * @throws {PlanUnusableError} when the file cannot be read, is truncated, is not JSON, or holds no object
 */
export function readJsonObject(file: string, label: string): JsonObject {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PlanUnusableError(label, `cannot be read (${code})`);
  }
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    throw new PlanUnusableError(
      label,
      'is a binary plan, expected JSON: convert it with `terraform show -json <file>`',
    );
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    throw new PlanUnusableError(
      label,
      'is UTF-16 text, expected UTF-8: write it without a re-encoding shell redirection',
    );
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    // The parser's own message quotes the text, which may be secret: it is not passed on.
    throw new PlanUnusableError(label, isTruncated(text, error) ? 'is truncated JSON' : 'is not JSON');
  }
  if (!isObject(value)) {
    throw new PlanUnusableError(
      label,
      `holds ${Array.isArray(value) ? 'a list' : 'a plain value'}, expected a plan (a JSON object)`,
    );
  }
  return value;
}

/** Whether a document is a state as `terraform show -json` prints it; an empty one has no values. */
export function isState(document: JsonObject): boolean {
  const isPlan = 'planned_values' in document || 'resource_changes' in document;
  return isObject(document.values) && !isPlan && String(document.format_version).split('.')[0] === SUPPORTED_MAJOR;
}

/**
 * Refuses everything that is not a complete plan.
 *
 * @throws {PlanUnusableError} for a state file, a schema printed as JSON, another major format version, an errored or
 *   an incomplete plan
 */
export function checkPlan(plan: JsonObject, label: string): void {
  if (typeof plan.version === 'number' && ('lineage' in plan || 'serial' in plan)) {
    throw new PlanUnusableError(
      label,
      'is a Terraform state file, expected a plan from `terraform show -json <plan file>`',
    );
  }
  const version = plan.format_version;
  if (typeof version !== 'string') {
    throw new PlanUnusableError(
      label,
      'has no format_version, expected a plan from `terraform show -json <plan file>`',
    );
  }
  if (version.split('.')[0] !== SUPPORTED_MAJOR) {
    throw new PlanUnusableError(
      label,
      `has plan format version ${JSON.stringify(version)}, supported is ${SUPPORTED_MAJOR}.x`,
    );
  }
  if (!('planned_values' in plan) && !('resource_changes' in plan)) {
    throw new PlanUnusableError(label, 'holds no plan, expected planned_values and resource_changes');
  }
  if (!isObject(member(plan, 'configuration'))) {
    throw new PlanUnusableError(label, 'has no configuration, by which resources of a plan are joined');
  }
  if (plan.errored === true) {
    throw new PlanUnusableError(
      label,
      `is an errored plan: Terraform did not finish it, and what it holds cannot be certified${destroyedText(plan)}`,
    );
  }
  if (plan.complete === false) {
    throw new PlanUnusableError(
      label,
      'is an incomplete plan (-target or deferred changes): plan the whole configuration',
    );
  }
}

/** What an errored plan would destroy: often that is why it failed, by `prevent_destroy`. */
function destroyedText(plan: JsonObject): string {
  const doomed = arrayOf(plan.resource_changes).flatMap((entry) => {
    const address = member(entry, 'address');
    const actions = arrayOf(member(member(entry, 'change'), 'actions'));
    return actions.includes('delete') && typeof address === 'string' ? [address] : [];
  });
  const more = doomed.length > SHOWN_DESTROYED ? ` and ${doomed.length - SHOWN_DESTROYED} more` : '';
  return doomed.length === 0 ? '' : `; it would destroy ${doomed.slice(0, SHOWN_DESTROYED).join(', ')}${more}`;
}

function isTruncated(text: string, error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  return (
    text.trim() !== '' &&
    /^\s*[[{]/.test(text) &&
    (/end of JSON|Unterminated string/.test(message) ||
      (position !== undefined && Number(position) >= text.trimEnd().length))
  );
}
