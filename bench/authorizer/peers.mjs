// What others do with the same tokens: each subject verifies every token of a list once.
import { verify } from 'node:crypto';
import { AUDIENCE, ISSUER, JWKS, KINDS, makeConfig, STAGE_ARN } from './tokens.mjs';

const REQUIRED = ['sub', 'exp', 'iat', 'jti', 'client_id'];

/** One synchronous `crypto.verify` with a key object. */
export const raw = (list) => async () => {
  for (const { hash, input, key, signature } of list) {
    if (!verify(hash, input, key, signature)) {
      throw new Error('raw verification failed');
    }
  }
};

/** `jose.jwtVerify` with a local key set and the requirements of the authorizer. */
export function jose(kit, list, clock) {
  const keySet = kit.createLocalJWKSet(JWKS);
  return async () => {
    for (const { token } of list) {
      await kit.jwtVerify(token, keySet, {
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: Object.keys(KINDS),
        typ: 'at+jwt',
        requiredClaims: REQUIRED,
        currentDate: new Date(clock()),
      });
    }
  };
}

/** `verifySync` of aws-jwt-verify, then the policy that the authorizer makes, remembered by scope set as there. */
export function awsJwtVerify(kit, list) {
  const verifier = kit.JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}jwks` });
  verifier.cacheJwks(JWKS);
  const { sales } = makeConfig(kit).apis;
  const answers = kit.createAnswers(sales, kit.routeTable(sales.routes));
  return async () => {
    for (const { token } of list) {
      const { sub, client_id: application, scope, jti, iat, exp } = verifier.verifySync(token);
      const scopes = scope.split(' ');
      const credential = {
        authMethod: 'access_token',
        tokenId: jti,
        principal: sub,
        application,
        environment: 'dev',
        scopes,
        issuedAt: iat,
        expiresAt: exp,
        refusedFrom: exp,
        cidrs: [],
      };
      answers.allow(credential, answers.resources(answers.granted(scopes), undefined), STAGE_ARN);
    }
  };
}

/** fast-jwt with a static key, with or without its own cache. */
export function fastJwt(kit, alg, list, cache) {
  const verifyToken = kit.createVerifier({
    key: KINDS[alg].publicKey.export({ type: 'spki', format: 'pem' }),
    cache,
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    checkTyp: 'at+jwt',
    requiredClaims: REQUIRED,
  });
  return async () => {
    for (const { token } of list) {
      verifyToken(token);
    }
  };
}
