import * as client from 'openid-client';
import type { ProviderConfig } from '../config';
import type { AuthorizationChecks, ProviderTokens, RelyingParty, SignedIn } from '../ports';
import { SignInError } from './sign-in-error';

/** Time until a provider has answered a request, in seconds. */
const TIMEOUT_SECONDS = 5;
/** How long the metadata of a provider are used, in milliseconds. */
const METADATA_MS = 3_600_000;
/** Accepted difference of clocks, in seconds. */
const TOLERANCE_SECONDS = 30;
/** How long ago a person may have signed in who comes back from a step-up, in seconds: the time at the provider. */
const STEP_UP_SECONDS = 600;
/** Bytes that are kept of what a provider says of a person. */
const MAX_TEXT = 256;
const MAX_GROUPS = 200;

/** The client of a provider, as the secret holds it. */
interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface RelyingPartyOptions {
  readonly provider: ProviderConfig;
  /** Address to which the provider sends browsers back. */
  readonly redirectUri: string;
  /** Reads the secret with the client. */
  readonly readClient: () => Promise<string>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * A provider, seen by its client: a confidential one that uses the code grant with PKCE, state, nonce and `iss` (RFC 10017, RFC 9700, 2.1). All checks
 * of answers and tokens are those of `openid-client`.
 */
export function createRelyingParty({ provider, redirectUri, readClient, clock }: RelyingPartyOptions): RelyingParty {
  let held: { readonly at: number; readonly configuration: Promise<client.Configuration> } | undefined;

  /** Metadata and client, read again as they age and after a failure: the secret rotates. */
  function configuration(): Promise<client.Configuration> {
    const now = clock();
    if (!held || now < held.at || now >= held.at + METADATA_MS) {
      const read = discover();
      held = { at: now, configuration: read };
      read.catch(() => {
        held = undefined;
      });
    }
    return held.configuration;
  }

  async function discover(): Promise<client.Configuration> {
    const { clientId, clientSecret } = clientOf(await readClient());
    const issuer = new URL(provider.issuer);
    const found = await client.discovery(
      issuer,
      clientId,
      { client_secret: clientSecret, [client.clockTolerance]: TOLERANCE_SECONDS },
      client.ClientSecretBasic(clientSecret),
      // The configuration allows http for a loopback address alone.
      { timeout: TIMEOUT_SECONDS, execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [] },
    );
    if (found.serverMetadata().issuer !== provider.issuer) {
      throw new SignInError('failed', 'the metadata are those of another issuer');
    }
    return found;
  }

  return {
    async authorizationUrl({ state, nonce, verifier }, { isStepUp }) {
      const { acr = [] } = provider.secondFactor.kind === 'demanded' ? provider.secondFactor : {};
      const url = client.buildAuthorizationUrl(await configuration().catch(outOfReach), {
        redirect_uri: redirectUri,
        scope: provider.scopes.join(' '),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(acr.length === 0 ? {} : { acr_values: acr.join(' ') }),
        // A provider with a session of its own would send the person back unasked.
        ...(isStepUp ? { prompt: 'login', max_age: '0' } : {}),
      });
      return url.href;
    },

    async signedIn(url, { state, nonce, verifier }: AuthorizationChecks, { isStepUp }) {
      const server = await configuration().catch(outOfReach);
      const back = new URL(redirectUri);
      back.search = url.search;
      const tokens = await client
        .authorizationCodeGrant(server, back, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          ...(isStepUp ? { maxAge: STEP_UP_SECONDS } : {}),
        })
        .catch((error: unknown) => {
          held = undefined;
          throw refusal(error);
        });
      const claims = tokens.claims();
      if (!claims) {
        throw new SignInError('failed', 'the provider gave no ID token');
      }
      return signedInOf(provider, claims, { idToken: tokens.id_token, refreshToken: tokens.refresh_token });
    },

    async refresh(refreshToken) {
      try {
        const tokens = await client.refreshTokenGrant(await configuration(), refreshToken);
        return { idToken: tokens.id_token, refreshToken: tokens.refresh_token };
      } catch (error) {
        if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') {
          return undefined;
        }
        held = undefined;
        throw error;
      }
    },

    async revoke(refreshToken) {
      const server = await configuration();
      if (server.serverMetadata().revocation_endpoint !== undefined) {
        await client.tokenRevocation(server, refreshToken, { token_type_hint: 'refresh_token' });
      }
    },

    async logoutUrl(idToken, returnTo) {
      const server = await configuration();
      if (server.serverMetadata().end_session_endpoint === undefined) {
        return undefined;
      }
      return client.buildEndSessionUrl(server, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      }).href;
    },
  };
}

function clientOf(secret: string): ProviderClient {
  let value: Partial<ProviderClient> | null = null;
  try {
    value = JSON.parse(secret) as Partial<ProviderClient> | null;
  } catch {
    // What the parser says quotes the secret.
  }
  const { clientId, clientSecret } = value ?? {};
  if (!isText(clientId) || !isText(clientSecret)) {
    throw new SignInError('unavailable', 'the secret of the provider holds no JSON with clientId and clientSecret');
  }
  return { clientId, clientSecret };
}

function signedInOf(
  { issuer, secondFactor, groupsClaim }: ProviderConfig,
  claims: Readonly<Record<string, unknown>> & { readonly sub: string },
  tokens: ProviderTokens,
): SignedIn {
  const { sub: subject, auth_time: authTime, acr, amr, name, preferred_username: userName, email } = claims;
  const methods = Array.isArray(amr) ? amr.filter(isText) : [];
  if (secondFactor.kind === 'demanded') {
    const { acr: levels = [], amr: demanded = [] } = secondFactor;
    const isShown =
      (isText(acr) && levels.includes(acr)) ||
      (demanded.length > 0 && demanded.every((method) => methods.includes(method)));
    if (!isShown) {
      throw new SignInError('second-factor', 'the ID token does not show the second factor that is demanded');
    }
  }
  const groups = groupsClaim === undefined ? [] : claims[groupsClaim];
  return {
    issuer,
    subject,
    authTime: typeof authTime === 'number' ? authTime : undefined,
    acr: isText(acr) ? acr : undefined,
    amr: methods.length === 0 ? undefined : methods,
    name: shortened(name) ?? shortened(userName),
    email: shortened(email),
    groups: Array.isArray(groups) ? groups.filter(isText).slice(0, MAX_GROUPS) : [],
    tokens,
  };
}

/** The reason behind an error of `openid-client`, without what it quotes of the answer. */
function refusal(error: unknown): SignInError {
  if (error instanceof SignInError) {
    return error;
  }
  if (error instanceof client.AuthorizationResponseError) {
    return new SignInError('denied', `the provider answered with the error ${plain(error.error)}`);
  }
  if (error instanceof client.ResponseBodyError) {
    return new SignInError('failed', `the token endpoint answered with the error ${plain(error.error)}`);
  }
  const { code } = (error ?? {}) as { code?: unknown };
  const isSilent = !(error instanceof client.ClientError) || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT';
  return isSilent
    ? new SignInError('unavailable', 'the provider cannot be reached', { cause: error })
    : new SignInError('failed', `a check refused the answer of the provider: ${plain(code)}`);
}

function outOfReach(error: unknown): never {
  throw error instanceof SignInError
    ? error
    : new SignInError('unavailable', 'the metadata of the provider cannot be read', { cause: error });
}

/** Error codes come from outside: what has another form is not repeated. */
function plain(code: unknown): string {
  return typeof code === 'string' && /^[A-Za-z_]{1,64}$/.test(code) ? code : 'of an unknown name';
}

function shortened(value: unknown): string | undefined {
  return isText(value) ? value.slice(0, MAX_TEXT) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
