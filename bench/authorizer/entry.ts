// What the benchmark measures, in one bundle, as the function has it. `jose` is exported from the same bundle, so that peer
// and function run the same copy.
export { createLocalJWKSet, jwtVerify } from 'jose';
export { createAuthorizer } from '../../lambdas/authorizer/authorizer';
export { compileRoutes } from '../../lambdas/authorizer/route-compiler';
export { joseSignatureEngine } from '../../lambdas/authorizer/signature';
export { generateApiToken, hashApiToken } from '../../lambdas/lib/api-token';
export { createPepperDocument, findPepper, parsePepperDocument } from '../../lambdas/lib/pepper';
