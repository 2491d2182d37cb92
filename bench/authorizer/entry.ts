// What the benchmark measures and its peers, in one bundle, as a function has them: everybody runs the same copy of `jose`.
export { JwtVerifier } from 'aws-jwt-verify';
export { createVerifier } from 'fast-jwt';
export { createLocalJWKSet, jwtVerify } from 'jose';
export { joseEngine } from '../../lambdas/authorizer/access-token/jose-engine';
export { nodeCryptoEngine } from '../../lambdas/authorizer/access-token/node-crypto-engine';
export { createAnswers } from '../../lambdas/authorizer/answer/answer';
export { compileApiPolicy } from '../../lambdas/authorizer/answer/policy-compiler';
export { createAuthorizer } from '../../lambdas/authorizer/authorizer';
export { compileRoutes } from '../../lambdas/authorizer/routes/route-compiler';
export { routeTable } from '../../lambdas/authorizer/routes/route-table';
export { generateApiToken, hashApiToken } from '../../lambdas/lib/api-token';
export { createPepperDocument, parsePepperDocument, pepperKeys } from '../../lambdas/lib/pepper';
