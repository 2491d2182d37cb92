import { type Claims, NOW } from './support/access-tokens';
import { ENGINES } from './support/engines';
import {
  configOf,
  judgeWith,
  PROVIDERS,
  type ProviderTokens,
  providerConfig,
  providerToken,
} from './support/providers';

describe.each(ENGINES)('access tokens of identity providers, engine %s', (_engine, engine) => {
  describe.each(PROVIDERS.map((provider) => [provider.name, provider] as const))('%s', (_name, provider) => {
    const judge = judgeWith(providerConfig(provider), engine);

    it.each(['person', 'machine'] as const)('accepts those of a %s with the profile', async (kind) => {
      const { reason, credential } = await judge(providerToken(provider, provider[kind]));

      expect(reason).toBe('ok');
      expect(credential).toMatchObject({
        tokenId: provider[kind][provider.names.jti] ?? '-',
        scopes: ['sales:read'],
        issuer: provider.options.issuer,
        keyId: 'r1',
        issuedAt: NOW - 10,
        expiresAt: provider[kind].exp,
      });
    });

    it.each(['person', 'machine'] as const)('refuses those of a %s without the profile', async (kind) => {
      const { issuer, audience = [provider.client] } = provider.options;
      const { issuers } = providerConfig(provider);
      const judgePlain = judgeWith(
        configOf({ issuer, audience, jwks: { keys: issuers[0]?.jwks?.keys.slice(0, 1) ?? [] } }),
        engine,
      );

      expect(await judgePlain(providerToken(provider, provider[kind]))).toMatchObject({
        decision: 'unauthorized',
      });
    });

    it('grants no scope that the configuration does not map, list or give, whatever a token says', async () => {
      const others = ['*', 'sales:*', 'sales:write', 'tokens:write', '__proto__', 'constructor', 'toString'];
      const claim = { [provider.names.scope]: provider.scopeAs === 'list' ? others : others.join(' ') };

      const { reason, credential } = await judge(providerToken(provider, { ...provider.machine, ...claim }));

      expect([reason, credential?.scopes]).toEqual(
        provider.name === 'google' ? ['ok', ['sales:read']] : ['scope_denied', []],
      );
    });
  });

  it('Auth0: the permissions of a person are not scopes, which the client has to ask for', async () => {
    const [auth0] = PROVIDERS.filter(({ name }) => name === 'auth0');
    const provider = auth0 as ProviderTokens;
    const payload = { ...provider.person, scope: 'openid', permissions: ['sales:read'] };

    expect((await judgeWith(providerConfig(provider), engine)(providerToken(provider, payload))).reason).toBe(
      'scope_denied',
    );
  });

  it('Entra: the roles of a person add nothing to what the client was delegated', async () => {
    const [entra] = PROVIDERS.filter(({ name }) => name === 'entra-id 2.0');
    const provider = entra as ProviderTokens;
    const payload = { ...provider.person, scp: 'User.Read', roles: ['Sales.Read.All'] };

    expect((await judgeWith(providerConfig(provider), engine)(providerToken(provider, payload))).reason).toBe(
      'scope_denied',
    );
  });

  it('Cognito: with an audience, tokens that are bound to it are accepted, and no others', async () => {
    const [cognito] = PROVIDERS;
    const provider = cognito as ProviderTokens;
    const judge = judgeWith(providerConfig(provider, { audience: ['https://api.example.com'] }), engine);
    const reasonFor = async (changes: Claims) =>
      (await judge(providerToken(provider, { ...provider.person, ...changes }))).reason;

    expect(await reasonFor({ aud: 'https://api.example.com' })).toBe('ok');
    expect(await reasonFor({})).toBe('audience_mismatch');
    expect(await reasonFor({ aud: 'https://other.example.com' })).toBe('audience_mismatch');
    expect(await reasonFor({ aud: provider.client })).toBe('audience_mismatch');
  });
});
