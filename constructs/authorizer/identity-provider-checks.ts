import { SCOPE } from '../../lambdas/lib/grammar';
import { type Demanded, type IdentityProvider, PROFILES, type ProviderOptions, variantOf } from './identity-providers';

// No import of cdktf, as for the profiles themselves.

/** Options of an issuer that its profile is concerned with. */
export interface ProfiledOptions extends ProviderOptions {
  readonly issuer: string;
  readonly audience?: readonly string[];
  readonly types?: readonly string[];
  readonly introspection?: unknown;
}

/** What is wrong with an issuer's options: `<member> <text>`. */
export interface ProfileFault {
  readonly member: keyof ProfiledOptions;
  /** What it is, and what is allowed. */
  readonly text: string;
}

const NAMES: readonly IdentityProvider[] = ['rfc9068', ...(Object.keys(PROFILES) as (keyof typeof PROFILES)[])];

const ALLOWED: Readonly<Record<Demanded, string>> = {
  audience: 'a list of one or more values of the aud claim',
  clients: 'a list of the client ids whose tokens are accepted',
  scopeMap: 'an object with a scope "resource:action" for each scope of the provider that counts here',
  clientScopes: 'an object with a list of scopes "resource:action" for each client id that is accepted',
};

const WHY: Readonly<Record<Demanded, string>> = {
  audience: 'without it a token for another service would be taken here',
  clients: 'its tokens name no audience',
  scopeMap: 'its scopes are not called "resource:action"',
  clientScopes: 'its tokens name no scopes',
};

const MAX_NAME_LENGTH = 512;

/**
 * Checks what an issuer says about its provider. Closed by default: where tokens say less than those of RFC 9068, the
 * configuration has to.
 *
 * @returns the first fault, or `undefined`
 */
export function profileFault(options: ProfiledOptions): ProfileFault | undefined {
  const { profile = 'rfc9068' } = options;
  if (!NAMES.includes(profile)) {
    return { member: 'profile', text: `is ${JSON.stringify(profile)}, allowed are ${NAMES.join(', ')}` };
  }
  return (
    demandFault(profile, options) ??
    valueFault(options) ??
    introspectionFault(profile, options) ??
    (profile === 'rfc9068' ? undefined : (exclusionFault(profile, options) ?? audienceFault(profile, options)))
  );
}

function demandFault(profile: IdentityProvider, options: ProfiledOptions): ProfileFault | undefined {
  const demands: readonly Demanded[] = profile === 'rfc9068' ? ['audience'] : PROFILES[profile].demands;
  const member = demands.find((name) => options[name] === undefined);
  if (member !== undefined) {
    return {
      member,
      text: `is missing, allowed is ${ALLOWED[member]}: profile "${profile}" requires it, because ${WHY[member]}`,
    };
  }
  return options.clientScopes === undefined || demands.includes('clientScopes')
    ? undefined
    : {
        member: 'clientScopes',
        text: `is given, but must be left out with profile "${profile}", whose tokens name their scopes`,
      };
}

function valueFault({ audience, clients, scopeMap, clientScopes }: ProfiledOptions): ProfileFault | undefined {
  for (const [member, list] of Object.entries({ audience, clients })) {
    if (list !== undefined && (list.length === 0 || list.some((one) => !isName(one)))) {
      return fault(member as 'audience' | 'clients', list);
    }
  }
  // By their exact names: a wildcard would grant scopes that are not named.
  const mapped = Object.entries(scopeMap ?? {});
  const wrong = mapped.find(([name, scope]) => !isName(name) || /\s/.test(name) || !SCOPE.pattern.test(scope));
  if (scopeMap !== undefined && (mapped.length === 0 || wrong !== undefined)) {
    return fault('scopeMap', wrong === undefined ? scopeMap : Object.fromEntries([wrong]));
  }
  const given = Object.entries(clientScopes ?? {});
  const bad = given.find(([client, scopes]) => !isName(client) || scopes.some((scope) => !SCOPE.pattern.test(scope)));
  return clientScopes !== undefined && (given.length === 0 || bad !== undefined)
    ? fault('clientScopes', bad === undefined ? clientScopes : Object.fromEntries([bad]))
    : undefined;
}

/** Answers of a server have the one form of RFC 7662, and are not read in another. */
function introspectionFault(
  profile: IdentityProvider,
  { introspection, clients, scopeMap }: ProfiledOptions,
): ProfileFault | undefined {
  const beside =
    profile !== 'rfc9068' ? `profile "${profile}"` : clients ? 'clients' : scopeMap ? 'scopeMap' : undefined;
  return introspection === undefined || beside === undefined
    ? undefined
    : {
        member: 'introspection',
        text: `is given, but must be left out with ${beside}, which is only for JWTs that are verified here`,
      };
}

/** What a profile says itself, and what does not go together. */
function exclusionFault(
  profile: keyof typeof PROFILES,
  { issuer, types, clients, clientScopes }: ProfiledOptions,
): ProfileFault | undefined {
  if (variantOf(profile, issuer) === undefined) {
    return {
      member: 'issuer',
      text: `is ${JSON.stringify(issuer)}, allowed with profile "${profile}" is ${PROFILES[profile].issuer}`,
    };
  }
  if (types !== undefined) {
    return {
      member: 'types',
      text: `is ${JSON.stringify(types)}, but must be left out with profile "${profile}", which defines the typ of its tokens`,
    };
  }
  return clients !== undefined && clientScopes !== undefined
    ? { member: 'clients', text: 'is given, but must be left out beside clientScopes, which names the clients' }
    : undefined;
}

/** An ID token is for its client. Where the client's id is an audience here too, nothing but its claims would tell the two apart. */
function audienceFault(
  profile: keyof typeof PROFILES,
  { audience = [], clients = [] }: ProfiledOptions,
): ProfileFault | undefined {
  const both = audience.find((one) => clients.includes(one));
  // Entra names the API by the id of its registration, which may be a client as well; its ID tokens have neither azp nor appid.
  return both === undefined || profile === 'entra-id'
    ? undefined
    : {
        member: 'audience',
        text: `holds ${JSON.stringify(both)}, which is one of clients, allowed are names of the API: the audience of ID tokens is their client`,
      };
}

function fault(member: Demanded, value: unknown): ProfileFault {
  return { member, text: `is ${JSON.stringify(value)}, allowed is ${ALLOWED[member]}` };
}

function isName(value: string): boolean {
  return value !== '' && value.length <= MAX_NAME_LENGTH;
}
