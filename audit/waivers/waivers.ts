import { AuditError, EXIT_CODES } from '../errors';
import { isObject, type Json, type JsonObject } from '../json';

/** Longest time from `created` to `expires`, in days. */
export const LONGEST_WAIVER_DAYS = 180;
/** The same for a finding of critical severity. */
export const LONGEST_CRITICAL_WAIVER_DAYS = 30;
/** A waiver that ends within so many days is announced. */
export const ANNOUNCED_DAYS = 14;
/** Fewest characters of a reason. */
export const SHORTEST_REASON = 20;

/** A written, approved and dated exception from a rule. */
export interface Waiver {
  readonly id: string;
  readonly rule: string;
  /** Name of the stack. @default - any */
  readonly stack?: string;
  /** Address of the resource, in which `*` matches anything. One of `address` and `construct`. */
  readonly address?: string;
  /** Path of the construct, in which `*` matches anything. */
  readonly construct?: string;
  /** Attribute that the finding names. @default - any */
  readonly attribute?: string;
  readonly reason: string;
  /** Who answers for the exception. */
  readonly owner: string;
  /** Who allowed it; not the owner. */
  readonly approver: string;
  readonly ticket?: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly created: string;
  /** Last day on which it holds, `YYYY-MM-DD`, UTC. */
  readonly expires: string;
  /** SHA-256 of the plan, for a waiver of what a plan does to a stateful resource: it holds for this plan alone. */
  readonly plan?: string;
  /** What the plan may do, for the same waivers: `delete`, `replace`, `forget` or `update`. */
  readonly action?: string;
}

/** Waivers of one file, and the faults of those that cannot be used. */
export interface WaiverFile {
  /** Name of the file in messages. */
  readonly file: string;
  readonly waivers: readonly Waiver[];
  /** By position in the file. */
  readonly faulty: readonly { readonly waiver: Partial<Waiver>; readonly fault: string }[];
}

/** The file of waivers cannot be read at all; exit code 3. */
export class WaiverFileError extends AuditError {
  override readonly name = 'WaiverFileError';

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`, EXIT_CODES.waiver);
  }
}

const REQUIRED = ['id', 'rule', 'reason', 'owner', 'approver', 'created', 'expires'] as const;
const OPTIONAL = ['stack', 'address', 'construct', 'attribute', 'ticket', 'plan', 'action'] as const;
const MEMBERS: readonly string[] = [...REQUIRED, ...OPTIONAL];
const ACTIONS: readonly string[] = ['delete', 'replace', 'forget', 'update'];

/**
 * Reads waivers: `{ "version": 1, "waivers": [...] }`. A waiver with a fault is kept apart and covers nothing; the others hold.
 *
 * @param document the parsed file
 * @param file name of the file in messages
 * @throws {WaiverFileError} when the document holds no list of waivers
 */
export function readWaivers(document: unknown, file: string): WaiverFile {
  // Whatever a parser made of the file: every member is checked before it is used.
  const root = document as Json | undefined;
  if (!isObject(root) || root.version !== 1 || !Array.isArray(root.waivers)) {
    throw new WaiverFileError(file, 'holds no waivers, expected { "version": 1, "waivers": [...] }');
  }
  const stray = Object.keys(root).find((key) => key !== 'version' && key !== 'waivers' && key !== '$schema');
  if (stray !== undefined) {
    throw new WaiverFileError(file, `has the unknown member ${JSON.stringify(stray)}, allowed are version and waivers`);
  }
  const waivers: Waiver[] = [];
  const faulty: { waiver: Partial<Waiver>; fault: string }[] = [];
  const ids = new Set<string>();
  root.waivers.forEach((entry, index) => {
    const texts = isObject(entry) ? textsOf(entry) : {};
    const duplicate = texts.id !== undefined && ids.has(texts.id);
    if (texts.id !== undefined) {
      ids.add(texts.id);
    }
    const fault =
      formFault(entry) ??
      (duplicate ? 'has the id of another waiver, ids are unique' : undefined) ??
      (isComplete(texts) ? contentFault(texts) : 'is incomplete');
    if (fault === undefined && isComplete(texts)) {
      waivers.push(texts);
    } else {
      faulty.push({ waiver: { ...texts, id: texts.id ?? `waivers[${index}]` }, fault: fault ?? 'is incomplete' });
    }
  });
  return { file, waivers, faulty };
}

function textsOf(entry: JsonObject): Partial<Waiver> {
  return Object.fromEntries(Object.entries(entry).filter(([name, value]) => MEMBERS.includes(name) && isText(value)));
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isComplete(waiver: Partial<Waiver>): waiver is Waiver {
  return REQUIRED.every((name) => waiver[name] !== undefined);
}

function formFault(entry: Json): string | undefined {
  if (!isObject(entry)) {
    return 'is not an object';
  }
  const stray = Object.keys(entry).find((key) => !MEMBERS.includes(key));
  if (stray !== undefined) {
    return `has the unknown member ${JSON.stringify(stray)}, allowed are ${MEMBERS.join(', ')}`;
  }
  const missing = REQUIRED.find((name) => entry[name] === undefined);
  if (missing !== undefined) {
    return `has no ${missing}, which is required`;
  }
  const noText = MEMBERS.find((name) => entry[name] !== undefined && !isText(entry[name]));
  return noText === undefined ? undefined : `${noText} is ${JSON.stringify(entry[noText])}, expected a text`;
}

function contentFault(waiver: Waiver): string | undefined {
  return proseFault(waiver) ?? datesFault(waiver) ?? targetFault(waiver) ?? bindingFault(waiver);
}

function proseFault({ reason, owner, approver }: Waiver): string | undefined {
  if (reason.trim().length < SHORTEST_REASON) {
    return `reason has ${reason.trim().length} characters, at least ${SHORTEST_REASON} are required`;
  }
  return owner.trim().toLowerCase() === approver.trim().toLowerCase()
    ? `approver is ${JSON.stringify(approver)}, who is the owner too: somebody else must approve`
    : undefined;
}

function datesFault({ created, expires }: Waiver): string | undefined {
  for (const [name, text] of Object.entries({ created, expires })) {
    if (dayNumber(text) === undefined) {
      return `${name} is ${JSON.stringify(text)}, expected a day as YYYY-MM-DD`;
    }
  }
  const days = (dayNumber(expires) ?? 0) - (dayNumber(created) ?? 0);
  if (days < 0) {
    return `expires on ${expires}, before it was created on ${created}`;
  }
  return days > LONGEST_WAIVER_DAYS ? `holds for ${days} days, at most ${LONGEST_WAIVER_DAYS} are allowed` : undefined;
}

function targetFault({ address, construct }: Waiver): string | undefined {
  const target = address ?? construct;
  if (target === undefined || (address !== undefined && construct !== undefined)) {
    return 'needs one of address and construct';
  }
  // What remains without the wildcards must say which resource is meant: a type and a name, or two steps of a path.
  const told = target.split(/[./]/).filter((step) => step.replaceAll('*', '').length >= 2);
  return told.length < 2
    ? `${address === undefined ? 'construct' : 'address'} is ${JSON.stringify(target)}, which covers too much: name the resource`
    : undefined;
}

function bindingFault({ plan, action, address }: Waiver): string | undefined {
  if (plan === undefined && action === undefined) {
    return undefined;
  }
  if (plan === undefined || !/^[0-9a-f]{64}$/.test(plan)) {
    return `plan is ${plan === undefined ? 'not set' : JSON.stringify(plan)}, expected the SHA-256 of the plan in lower-case hex`;
  }
  if (action === undefined || !ACTIONS.includes(action)) {
    return `action is ${action === undefined ? 'not set' : JSON.stringify(action)}, allowed are ${ACTIONS.join(', ')}`;
  }
  return address === undefined || address.includes('*')
    ? 'is of a stateful resource and needs the exact address'
    : undefined;
}

/** Days since 1970-01-01 of a day `YYYY-MM-DD`; undefined when there is no such day. */
export function dayNumber(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return undefined;
  }
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time / 86_400_000;
}
