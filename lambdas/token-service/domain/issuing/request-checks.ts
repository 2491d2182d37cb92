import { ADMINISTRATION_APPLICATION, CANARY_APPLICATION_PREFIX } from '../../../lib/token-record';
import type { FaultDetail } from '../fault';
import type { TokenSettings } from '../settings';
import { isKnownScope } from './scope-catalogue';

/** Scopes that the platform does not declare. */
export function scopeFaults(scopes: readonly string[], declared: TokenSettings['scopes']): FaultDetail[] {
  const known = Object.keys(declared).join(', ');
  return scopes.flatMap((scope, index) =>
    isKnownScope(scope, declared)
      ? []
      : [
          {
            path: ['scopes', index],
            text: `scopes.${index} is "${scope}", expected one of ${known}, or a wildcard over them`,
          },
        ],
  );
}

/** A tier that the platform does not have. */
export function tierFaults(tier: string | undefined, tiers: TokenSettings['tiers']): FaultDetail[] {
  if (tier === undefined || tiers.includes(tier)) {
    return [];
  }
  const known = tiers.length === 0 ? 'no tier, there are none' : `one of ${tiers.join(', ')}`;
  return [{ path: ['tier'], text: `tier is "${tier}", expected ${known}` }];
}

/**
 * A tier that a team may not choose by itself: tiers cost, so that the platform says which are for everybody.
 *
 * @param stored tier that the application has already
 */
export function teamTierFaults(
  tier: string,
  stored: string | undefined,
  policy: TokenSettings['policy'],
): FaultDetail[] {
  const { teamTiers = [] } = policy ?? {};
  if (tier === stored || teamTiers.includes(tier)) {
    return [];
  }
  const allowed = teamTiers.length === 0 ? 'none by themselves' : teamTiers.join(', ');
  return [
    {
      path: ['tier'],
      text: `tier is "${tier}", teams may choose ${allowed}; a registrar or an operator gives other tiers`,
    },
  ];
}

/** Applications for which nobody issues over HTTP: that of administrators, and those of revocation canaries. */
export function applicationFaults(application: string): FaultDetail[] {
  const holder =
    application === ADMINISTRATION_APPLICATION
      ? 'administrator tokens'
      : application.startsWith(CANARY_APPLICATION_PREFIX)
        ? 'revocation canaries'
        : undefined;
  return holder === undefined
    ? []
    : [{ path: ['application'], text: `application is "${application}", which is reserved for ${holder}` }];
}
