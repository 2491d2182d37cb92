// The token service over a local DynamoDB, as its tests have it, in one bundle.
export { randomBase62 } from '../../lambdas/lib/base62';
export { listedAttributes, TOKEN_INDEXES, tokenKey } from '../../lambdas/lib/token-record';
export { JobRunner } from '../../lambdas/token-service/domain/bulk/job-runner';
export { Changes } from '../../lambdas/token-service/domain/changes';
export { Revocations } from '../../lambdas/token-service/domain/revocation/revocations';
export { Harness, NOW } from '../../test/lambdas/token-service/support/harness';
export { MemoryTrail } from '../../test/lambdas/token-service/support/memory-trail';
export { TABLE } from '../../test/lambdas/token-service/support/token-table';
