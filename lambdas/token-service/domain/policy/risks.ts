import { parseCidr } from '../../../lib/cidr';
import { isPlatformScope } from '../../../lib/platform-scopes';
import type { Judged } from './policy';

/** What makes a token dangerous although it is allowed. */
export const RISK_CODES = [
  'wildcard-scope',
  'platform-scope',
  'any-network',
  'every-address',
  'long-lifetime',
  'no-description',
  'no-usage-plan',
] as const;

export type RiskCode = (typeof RISK_CODES)[number];

/** A risk of a token, for whoever is about to issue it. */
export interface Risk {
  readonly code: RiskCode;
  readonly text: string;
}

/** A lifetime from which on it is said to be long, in seconds: 90 days. */
const LONG_SECONDS = 90 * 86_400;

/** What of a token a reviewer looks at. */
interface Reviewed extends Judged {
  /** The platform has usage plans, and the token would be in none. @default false */
  readonly lacksUsagePlan?: boolean;
}

/**
 * What a reviewer would ask about a token.
 *
 * @param now epoch seconds
 */
export function risksOf(token: Reviewed, now: number): Risk[] {
  const { scopes, cidrs = [], expiresAt, description } = token;
  const risks: Risk[] = [];
  const wildcards = scopes.filter((scope) => scope.endsWith('*'));
  if (wildcards.length > 0) {
    const text = `${wildcards.join(', ')} also means operations that are added later; name the scopes that are needed`;
    risks.push({ code: 'wildcard-scope', text });
  }
  const ofPlatform = scopes.filter((scope) => scope === '*' || isPlatformScope(scope));
  if (ofPlatform.length > 0) {
    risks.push({ code: 'platform-scope', text: `${ofPlatform.join(', ')} reaches the token service itself` });
  }
  if (cidrs.length === 0) {
    risks.push({
      code: 'any-network',
      text: 'the token can be used from every network; a list of networks limits a leak',
    });
  }
  const everywhere = cidrs.filter((cidr) => parseCidr(cidr)?.text.endsWith('/0'));
  if (everywhere.length > 0) {
    risks.push({ code: 'every-address', text: `${everywhere.join(', ')} means every address` });
  }
  if (expiresAt - now > LONG_SECONDS) {
    const text = `the token lives for ${Math.ceil((expiresAt - now) / 86_400)} days; a token that is rotated can live for less`;
    risks.push({ code: 'long-lifetime', text });
  }
  if (description === undefined || description.trim() === '') {
    risks.push({ code: 'no-description', text: 'nobody will know later what the token was for' });
  }
  if (token.lacksUsagePlan === true) {
    const text =
      'the application has no tier, so an API with usage plans refuses each call of the token with 403; register the application with a tier first';
    risks.push({ code: 'no-usage-plan', text });
  }
  return risks;
}
