import type { Action } from '../domain/authority/actions';
import type { Change } from '../domain/changes';
import type { Fault, FaultCode } from '../domain/fault';
import { actorOf, type Origin } from '../domain/origin';

/** What a request was about to do, once its route is known. */
export interface Attempt {
  readonly action: Action;
  /** Parameters of the path. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Faults of callers that ask for more than they may: the audit trail tells of them. */
const REFUSALS: readonly FaultCode[] = [
  'not-allowed',
  'wider-than-caller',
  'scope-not-held',
  'protected',
  'caller-not-valid',
];

type ObjectKind = Change['object']['kind'];

/** Kind of the object and the parameter that names it, by the first word of an action. */
const OBJECTS: Readonly<Record<string, readonly [ObjectKind, string]>> = {
  token: ['token', 'tokenId'],
  client: ['client', 'clientId'],
  application: ['application', 'application'],
  team: ['team', 'team'],
  member: ['member', 'memberId'],
  policy: ['policy', 'team'],
  bulk: ['job', 'jobId'],
  revocation: ['revocation', 'revocationId'],
};

/**
 * What the audit trail is told of a refused request; `undefined` for every other fault. What does not exist for a caller is no refusal: the
 * answer is the same as for what nobody has.
 */
export function refusalOf({ code }: Fault, attempt: Attempt | undefined, origin: Origin): Change | undefined {
  if (attempt === undefined || !REFUSALS.includes(code)) {
    return undefined;
  }
  const { action, parameters } = attempt;
  const [kind, parameter] = OBJECTS[action.slice(0, action.indexOf('.'))] ?? ['team', 'team'];
  const { team, application } = parameters;
  return {
    ...actorOf(origin),
    action,
    // A request to make something names nothing that exists.
    object: { kind, id: parameters[parameter] ?? 'none' },
    ...(team === undefined ? {} : { team }),
    ...(application === undefined ? {} : { application }),
    reason: code,
  };
}
