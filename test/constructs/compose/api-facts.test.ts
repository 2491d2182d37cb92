import { ApiDefinition, type ApiDefinitionProps } from '../../../constructs/api';
import type { DpopOptions, TokenAuthorizerProps } from '../../../constructs/authorizer';
import type { RestGatewayProps } from '../../../constructs/gateway';
import type { TokenServiceProps } from '../../../constructs/tokens';

const routes = { 'GET /v1/x': { rule: { kind: 'scopes', anyOf: [['x:read']] } } } as const;

/** Says something that the type does not allow: `npm run typecheck` fails where it does, and the constructor refuses it too. */
const define = (facts: ApiDefinitionProps) => () => new ApiDefinition(facts);

describe('facts that do not agree do not compile, and are refused where nothing compiles', () => {
  test('strict revocation with kept results', () => {
    // @ts-expect-error results that are kept outlive a revocation
    const strict = define({ id: 'shop', routes, revocation: 'strict', resultCacheSeconds: 60 });
    expect(strict).toThrow('resultCacheSeconds is 60, allowed is 0 where revocation is "strict"');
  });

  test('DPoP with kept results', () => {
    // @ts-expect-error a kept result asks nobody for a proof
    const bound = define({ id: 'shop', routes, senderConstraints: ['dpop'], resultCacheSeconds: 60 });
    expect(bound).toThrow('resultCacheSeconds is 60, allowed is 0 with senderConstraints');
  });

  test('algorithms of proofs where none are accepted', () => {
    // @ts-expect-error no proof is accepted where results are kept
    const proofs = define({ id: 'shop', routes, resultCacheSeconds: 60, dpopAlgorithms: ['ES256'] });
    expect(proofs).toThrow('allowed is no value without "dpop" in senderConstraints');
  });

  test('a symmetric algorithm', () => {
    // @ts-expect-error a secret that the authorizer knows could make proofs
    const symmetric = define({ id: 'shop', routes, senderConstraints: ['dpop'], dpopAlgorithms: ['HS256'] });
    expect(symmetric).toThrow('dpopAlgorithms is ["HS256"]');
  });

  test('usage keys of an HTTP API', () => {
    // @ts-expect-error an HTTP API has no usage plans
    const metered = define({ id: 'shop', routes, gateway: 'http', usageKeys: true });
    expect(metered).toThrow('usageKeys is true, allowed is false for an HTTP API');
  });

  test('a route that requires a usage key where nobody names one', () => {
    const route = { ...routes['GET /v1/x'], apiKeyRequired: true };
    expect(define({ id: 'shop', routes: { 'GET /v1/x': route } })).toThrow('requires a usage key');
  });
});

test('no construct takes a fact of an API beside its definition', () => {
  type Said = keyof RestGatewayProps | keyof TokenAuthorizerProps | keyof TokenServiceProps | keyof DpopOptions;
  type Fact = Exclude<keyof ApiDefinition, 'tokenService' | 'gateway' | 'differences' | 'notes' | 'shadow'>;
  // A name in both is a fact that is said twice: then this does not compile.
  const twice: Extract<Said, Fact>[] = [];
  expect(twice).toEqual([]);
  // @ts-expect-error nothing is in both
  const none: Extract<Said, Fact> = 'resultCacheSeconds';
  expect(none).toBe('resultCacheSeconds');
});
