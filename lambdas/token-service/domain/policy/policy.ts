import { mayGrant } from '../../../lib/scopes';
import type { RequiredField, TeamPolicy } from '../../../lib/team-record';
import type { TokenRecord } from '../../../lib/token-record';
import { isAdministratorToken } from '../authority/administrators';
import type { FaultDetail } from '../fault';
import type { TokenSettings } from '../settings';

/** What the tokens of a team have to meet: the policies of the platform and of the team together. */
export interface Policy {
  readonly maxLifetimeSeconds: number;
  readonly defaultLifetimeSeconds: number;
  readonly requiredFields: readonly RequiredField[];
  /** Lists of scopes, wildcards as they are: each list has to cover a scope. No list, no limit. */
  readonly allowedScopes: readonly (readonly string[])[];
}

/** Everything of a token, or of a request for one, that a policy judges. */
export interface Judged extends Pick<TokenRecord, 'scopes' | 'expiresAt'> {
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly cidrs?: readonly string[] | undefined;
}

/** Names of the rules, which a blocked token has as its reasons. */
export type PolicyRule = 'max-lifetime' | 'allowed-scopes' | `required-${RequiredField}`;

/** A rule that something breaks, with the place and what would be allowed. */
export interface BrokenRule {
  readonly rule: PolicyRule;
  readonly detail: FaultDetail;
}

type PlatformSettings = Pick<TokenSettings, 'maxLifetimeSeconds' | 'defaultLifetimeSeconds' | 'policy'>;

/** The policy of a team: in each dimension the tighter of the platform's and its own, so that no change of either makes it looser than the other. */
export function policyOf(platform: PlatformSettings, team: TeamPolicy = {}): Policy {
  const { requiredFields = [], allowedScopes } = platform.policy ?? {};
  const maxLifetimeSeconds = Math.min(platform.maxLifetimeSeconds, team.maxLifetimeSeconds ?? Number.POSITIVE_INFINITY);
  return {
    maxLifetimeSeconds,
    defaultLifetimeSeconds: Math.min(
      maxLifetimeSeconds,
      team.defaultLifetimeSeconds ?? platform.defaultLifetimeSeconds,
    ),
    requiredFields: [...new Set([...requiredFields, ...(team.requiredFields ?? [])])].sort(),
    allowedScopes: [allowedScopes, team.allowedScopes].flatMap((list) => (list === undefined ? [] : [list])),
  };
}

/** Whether a policy allows a scope; a wildcard is allowed where a list has it, or a wider one. */
export function allowsScope({ allowedScopes }: Pick<Policy, 'allowedScopes'>, scope: string): boolean {
  return allowedScopes.every((list) => mayGrant(list, [scope]));
}

/**
 * The rules of a policy that a token breaks, or would break. Issue, update and validation refuse by it, and a token that is there already is
 * blocked by it.
 *
 * @param now epoch seconds: a lifetime is counted from here, so that what could be issued today is right
 */
export function brokenRules(policy: Policy, token: Judged, now: number): BrokenRule[] {
  const { maxLifetimeSeconds } = policy;
  const broken: BrokenRule[] = [];
  if (token.expiresAt - now > maxLifetimeSeconds) {
    const text = `the token would live for ${token.expiresAt - now} seconds, the policy of the team allows at most ${maxLifetimeSeconds}`;
    broken.push({ rule: 'max-lifetime', detail: { path: ['expiresAt'], text } });
  }
  for (const [index, scope] of token.scopes.entries()) {
    if (!allowsScope(policy, scope)) {
      const allowed = policy.allowedScopes.map((list) => list.join(', ')).join('; and of these ');
      const text = `scopes.${index} is "${scope}", the policy of the team allows ${allowed}`;
      broken.push({ rule: 'allowed-scopes', detail: { path: ['scopes', index], text } });
    }
  }
  for (const field of policy.requiredFields) {
    if (isMissing(token[field])) {
      const text = `${field} is missing, the policy of the team requires ${FIELD_EXPECTED[field]}`;
      broken.push({ rule: `required-${field}`, detail: { path: [field], text } });
    }
  }
  return broken;
}

/**
 * Whether a stored token has to be blocked under a policy: the rules that it breaks, in the order of the alphabet; none when it may be used.
 * Administrators' tokens are never blocked: they are the way back in.
 *
 * @param now epoch seconds
 */
export function blockingRules(
  policy: Policy,
  token: Judged & Pick<TokenRecord, 'application'>,
  now: number,
): PolicyRule[] {
  if (isAdministratorToken(token)) {
    return [];
  }
  return [...new Set(brokenRules(policy, token, now).map(({ rule }) => rule))].sort();
}

/** Where a team's own policy would be looser than the platform's, or contradicts itself. */
export function looserThanPlatform(platform: PlatformSettings, team: TeamPolicy): FaultDetail[] {
  const faults: FaultDetail[] = [];
  const { maxLifetimeSeconds = platform.maxLifetimeSeconds, defaultLifetimeSeconds, allowedScopes = [] } = team;
  if (maxLifetimeSeconds > platform.maxLifetimeSeconds) {
    faults.push({
      path: ['policy', 'maxLifetimeSeconds'],
      text: `policy.maxLifetimeSeconds is ${maxLifetimeSeconds}, the platform allows at most ${platform.maxLifetimeSeconds}`,
    });
  }
  if (defaultLifetimeSeconds !== undefined && defaultLifetimeSeconds > maxLifetimeSeconds) {
    faults.push({
      path: ['policy', 'defaultLifetimeSeconds'],
      text: `policy.defaultLifetimeSeconds is ${defaultLifetimeSeconds}, expected at most the longest lifetime, ${maxLifetimeSeconds}`,
    });
  }
  const platformScopes = policyOf(platform);
  for (const [index, scope] of allowedScopes.entries()) {
    if (!allowsScope(platformScopes, scope)) {
      faults.push({
        path: ['policy', 'allowedScopes', index],
        text: `policy.allowedScopes.${index} is "${scope}", the platform allows ${platform.policy?.allowedScopes?.join(', ')}`,
      });
    }
  }
  return faults;
}

const FIELD_EXPECTED: Readonly<Record<RequiredField, string>> = {
  description: 'a description',
  tags: 'at least one tag',
  cidrs: 'at least one network',
};

function isMissing(value: Judged[RequiredField]): boolean {
  return value === undefined || (typeof value === 'string' ? value.trim() === '' : Object.keys(value).length === 0);
}
