import { parseCidr } from '../../lib/cidr';
import { derivedRevocationSet } from '../../lib/derived-revocations';
import { APPLICATION, type Grammar, TEAM, TIER } from '../../lib/grammar';
import { MARK, MAX_MARKS } from '../../lib/lineage';
import type { SourceCuts } from '../../lib/revocation';
import type { ToSet } from '../../lib/revocation-set';
import { ADMINISTRATION_APPLICATION } from '../../lib/token-record';
import { SOURCE } from '../../lib/token-source';
import type { AuthorizerConfig, IssuerConfig } from '../config';
import type { Credential } from '../credential';
import { AuthorizerError } from '../reasons';
import type { ClaimsCheck, createClaimsCheck, OwnClaims } from './claims';

/** Networks of a token, at most. */
const MAX_NETWORKS = 100;

/**
 * Makes the check of tokens of the platform's own issuer: that of every issuer, and of the claims that it alone has. The audience is one text: that of the
 * platform, or the resource of one API, to which the token is then confined. A claim of the wrong form is refused, and never left out: without its
 * networks or its source a token would be worth more.
 */
export function createOwnCheck(
  issuer: IssuerConfig,
  { apis, environment }: AuthorizerConfig,
  createCheck: typeof createClaimsCheck,
): ClaimsCheck {
  const resources = Object.values(apis).flatMap(({ resource }) => resource ?? []);
  const check = createCheck({ ...issuer, audience: [...issuer.audience, ...resources] });

  return (jwt, now) => {
    const { payload } = jwt;
    const found = check(jwt, now);
    if ('refused' in found) {
      return found;
    }
    const {
      aud,
      src: source,
      cidrs,
      application,
      team,
      tier,
      environment: place = environment,
      lineage = [],
    } = payload;
    const networks = networksOf(cidrs);
    const wrong = [
      ['aud', typeof aud === 'string'],
      ['src', is(SOURCE, source)],
      ['cidrs', networks !== undefined],
      ['application', application === undefined || isApplication(application)],
      ['team', team === undefined || is(TEAM, team)],
      ['tier', tier === undefined || is(TIER, tier)],
      ['environment', typeof place === 'string' && place !== ''],
      ['lineage', isLineage(lineage)],
    ].find(([, isRight]) => !isRight);
    if (wrong) {
      return { refused: 'bad_claims', claim: String(wrong[0]) };
    }
    const said = { team, tier } as Pick<Credential, 'team' | 'tier'>;
    const own: OwnClaims = {
      ...(application === undefined ? {} : { application: application as string }),
      complete: (credential) => ({
        ...credential,
        // What is registered is newer than what a token says.
        team: credential.team ?? said.team,
        tier: credential.tier ?? said.tier,
        environment: place as string,
        cidrs: networks ?? [],
        source: source as string,
        lineage: lineage as readonly string[],
        ...(issuer.audience.includes(aud as string) ? {} : { resource: aud as string }),
      }),
    };
    return { ...found, own };
  };
}

/**
 * The set of revocations with sources.
 *
 * @throws {AuthorizerError} when the sources are malformed
 */
export const derivedSet: ToSet = (entries, { sources = {} }) => {
  const isObject = typeof sources === 'object' && sources !== null && !Array.isArray(sources);
  if (!isObject || Object.values(sources).some((before) => typeof before !== 'number')) {
    throw new AuthorizerError('store_error', 'set of revocations has malformed sources');
  }
  return derivedRevocationSet(entries, sources as SourceCuts);
};

/** Networks as conditions of policies take them: none means any. `undefined` when they are malformed. */
function networksOf(cidrs: unknown): readonly string[] | undefined {
  if (cidrs === undefined) {
    return [];
  }
  if (!Array.isArray(cidrs) || cidrs.length === 0 || cidrs.length > MAX_NETWORKS) {
    return undefined;
  }
  const ranges = cidrs.map((text) =>
    typeof text === 'string' && text.includes('/') ? parseCidr(text)?.text : undefined,
  );
  return ranges.every((text) => text !== undefined) ? ranges : undefined;
}

/** No issuer speaks for administrators. */
function isApplication(value: unknown): boolean {
  return is(APPLICATION, value) && value !== ADMINISTRATION_APPLICATION;
}

function isLineage(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= MAX_MARKS &&
    value.every((mark) => typeof mark === 'string' && MARK.test(mark))
  );
}

function is({ pattern }: Grammar, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}
