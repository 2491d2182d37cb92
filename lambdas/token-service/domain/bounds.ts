import { inRange, parseCidr } from '../../lib/cidr';
import type { RequestFault } from '../http/problems';
import type { IssueTokenRequest } from '../http/schemas';
import type { Authority } from './authority';

/** Everything of a request for a token that can be wider than the token that asks. */
type BoundedRequest = Pick<IssueTokenRequest, 'scopes' | 'application' | 'team' | 'tier' | 'cidrs'> & {
  /** Epoch seconds. */
  readonly expiresAt: number;
};

/** Where a request asks for more than the caller's own token may do. A scope is judged apart. */
export function widerThan(authority: Authority, request: BoundedRequest): RequestFault[] {
  if (authority.isAdministrator) {
    return [];
  }
  return [
    ...(authority.actsForAllApplications ? [] : belongingFaults(authority, request)),
    ...expiryFaults(authority, request.expiresAt),
    ...networkFaults(authority.cidrs, request.cidrs),
  ];
}

/** Application, team and tier of what a caller issues are its own. */
function belongingFaults({ caller }: Authority, request: BoundedRequest): RequestFault[] {
  const faults: RequestFault[] = [];
  if (request.application !== caller.application) {
    faults.push({
      pointer: '#/application',
      detail: `application is "${request.application}", ${expected(caller.application)}`,
    });
  }
  for (const name of ['team', 'tier'] as const) {
    if (request[name] !== undefined && request[name] !== caller[name]) {
      faults.push({ pointer: `#/${name}`, detail: `${name} is "${request[name]}", ${expected(caller[name])}` });
    }
  }
  return faults;
}

function expected(own: string | undefined): string {
  return own === undefined ? 'the caller has none and can give none' : `expected the caller's own, "${own}"`;
}

function expiryFaults({ latestExpiry = Number.POSITIVE_INFINITY }: Authority, expiresAt: number): RequestFault[] {
  if (expiresAt <= latestExpiry) {
    return [];
  }
  const end = new Date(latestExpiry * 1000).toISOString().replace('.000Z', 'Z');
  return [{ pointer: '#/expiresAt', detail: `the token would outlive the caller's, which expires at ${end}` }];
}

function networkFaults(own: readonly string[], cidrs: readonly string[] = []): RequestFault[] {
  if (own.length === 0) {
    return [];
  }
  if (cidrs.length === 0) {
    return [{ pointer: '#/cidrs', detail: `cidrs is missing, expected networks within ${own.join(', ')}` }];
  }
  return cidrs.flatMap((cidr, index) =>
    own.some((one) => lies(cidr, one))
      ? []
      : [
          {
            pointer: `#/cidrs/${index}`,
            detail: `cidrs.${index} is "${cidr}", expected a network within ${own.join(', ')}`,
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
