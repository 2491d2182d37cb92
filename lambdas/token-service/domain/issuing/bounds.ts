import { inRange, parseCidr } from '../../../lib/cidr';
import type { Authority, Ground } from '../authority/authority';
import { DEFAULT_TEAM } from '../authority/roles';
import type { IssueToken } from '../commands';
import type { FaultDetail } from '../fault';
import { isoTime } from '../views';

/** Everything of a request for a token that can be wider than the token that asks. */
type BoundedRequest = Pick<IssueToken, 'scopes' | 'application' | 'team' | 'tier' | 'cidrs'> & {
  /** Epoch seconds. */
  readonly expiresAt: number;
};

/**
 * Where a request asks for more than the caller's own token may do. A scope is judged apart. What is issued by a role that stands by itself is
 * bounded by its scopes and by the policy of the team.
 *
 * @param ground by what the caller issues
 */
export function widerThan(authority: Authority, ground: Ground, request: BoundedRequest): FaultDetail[] {
  if (ground.standsByItself) {
    return [];
  }
  return [
    ...(ground.role === 'registrar' ? [] : belongingFaults(authority, request)),
    ...beyondCaller(authority, request),
  ];
}

/** Where a token would live longer, or be used from elsewhere, than the caller's own. */
export function beyondCaller(
  authority: Authority,
  { expiresAt, cidrs }: Pick<BoundedRequest, 'expiresAt' | 'cidrs'>,
): FaultDetail[] {
  return [...expiryFaults(authority, expiresAt), ...networkFaults(authority.cidrs, cidrs)];
}

/** Application, team and tier of what a caller issues are its own. */
function belongingFaults({ caller }: Authority, request: BoundedRequest): FaultDetail[] {
  const faults: FaultDetail[] = [];
  if (request.application !== caller.application) {
    faults.push({
      path: ['application'],
      text: `application is "${request.application}", ${expected(caller.application)}`,
    });
  }
  const own = { team: caller.team ?? DEFAULT_TEAM, tier: caller.tier };
  for (const name of ['team', 'tier'] as const) {
    if (request[name] !== undefined && request[name] !== own[name]) {
      faults.push({ path: [name], text: `${name} is "${request[name]}", ${expected(own[name])}` });
    }
  }
  return faults;
}

function expected(own: string | undefined): string {
  return own === undefined ? 'the caller has none and can give none' : `expected the caller's own, "${own}"`;
}

function expiryFaults({ latestExpiry = Number.POSITIVE_INFINITY }: Authority, expiresAt: number): FaultDetail[] {
  if (expiresAt <= latestExpiry) {
    return [];
  }
  return [
    { path: ['expiresAt'], text: `the token would outlive the caller's, which expires at ${isoTime(latestExpiry)}` },
  ];
}

function networkFaults(own: readonly string[], cidrs: readonly string[] = []): FaultDetail[] {
  if (own.length === 0) {
    return [];
  }
  if (cidrs.length === 0) {
    return [{ path: ['cidrs'], text: `cidrs is missing, expected networks within ${own.join(', ')}` }];
  }
  return cidrs.flatMap((cidr, index) =>
    own.some((one) => lies(cidr, one))
      ? []
      : [
          {
            path: ['cidrs', index],
            text: `cidrs.${index} is "${cidr}", expected a network within ${own.join(', ')}`,
          },
        ],
  );
}

/** Whether a network lies within another; what cannot be read lies nowhere. */
function lies(narrow: string, wide: string): boolean {
  const inner = parseCidr(narrow);
  const outer = parseCidr(wide);
  return inner !== undefined && outer !== undefined && inner.prefix >= outer.prefix && inRange(inner.bytes, outer);
}
