// What the benchmark measures and its peers, in one bundle, as a function has them: everybody runs the same copy of `jose`.
export { JwtVerifier } from 'aws-jwt-verify';
export { createVerifier } from 'fast-jwt';
export { createLocalJWKSet, jwtVerify } from 'jose';
export { createAnswers } from '../../lambdas/authorizer/answer';
export { createAuthorizer } from '../../lambdas/authorizer/authorizer';
export { nodeCryptoEngine } from '../../lambdas/authorizer/node-crypto-engine';
export { joseEngine } from '../../lambdas/authorizer/optional/jose-engine';
export { compileApiPolicy } from '../../lambdas/authorizer/policy-compiler';
export { compileRoutes } from '../../lambdas/authorizer/route-compiler';
export { routeTable } from '../../lambdas/authorizer/route-table';
export { generateApiToken, hashApiToken } from '../../lambdas/lib/api-token';
export { createPepperDocument, findPepper, parsePepperDocument } from '../../lambdas/lib/pepper';
