import type { SignatureEngine } from '../../../lambdas/authorizer/access-token/signature';
import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import { accessToken, authorizerConfig, bearerEvent, issuerConfig, testPorts } from './support/access-tokens';
import { ENGINES } from './support/engines';
import { forgedTokens, ISSUER_KEYS, STANDARD } from './support/forged-tokens';

const { r1, e1, small, enc } = ISSUER_KEYS;
const ROWS = forgedTokens(STANDARD);

/** What a refusal for a bad claim names: the closed set that lines can hold, whatever a token does. */
const NAMED: readonly unknown[] = 'alg kid typ crit b64 zip sub client_id jti exp iat nbf scope cnf'.split(' ');

function authorizer(engine: SignatureEngine) {
  const ports = testPorts(engine);
  const config = authorizerConfig([issuerConfig([r1, e1, small, enc])]);
  return { ports, authorize: createAuthorizer(config, ports) };
}

describe.each(ENGINES)('forged access tokens, engine %s', (_name, engine) => {
  it.each(ROWS)('%s %s', async (_number, _title, reason, token) => {
    const { ports, authorize } = authorizer(engine);

    const outcome = await authorize(bearerEvent(token())).catch((error: Error) => error);

    expect(outcome).toMatchObject({ message: 'Unauthorized' });
    expect(ports.decisions).toMatchObject([{ decision: 'unauthorized', reason }]);
    expect(NAMED.includes(ports.decisions[0]?.claim)).toBe(reason === 'bad_claims');
    // Nothing in a bad token makes the authorizer reach out.
    expect([...ports.reads, ...ports.fetches]).toEqual([]);
  });

  it('are seventy, each once', () => {
    const expected = Array.from({ length: 70 }, (_, index) => String(index + 1).padStart(2, '0'));

    expect(ROWS.map(([number]) => number).sort()).toEqual(expected);
  });

  it.each([
    ['RS256', r1],
    ['ES256', e1],
  ])('stand against a good %s token, which is accepted', async (_algorithm, key) => {
    const { ports, authorize } = authorizer(engine);

    const result = await authorize(bearerEvent(accessToken(key)));

    expect(result).toMatchObject({
      principalId: 'access_token|https://issuer.example.com/|user-1',
      policyDocument: { Statement: [{ Effect: 'Allow' }, {}, {}] },
    });
    expect(ports.decisions).toMatchObject([{ decision: 'allow', reason: 'ok' }]);
  });
});
