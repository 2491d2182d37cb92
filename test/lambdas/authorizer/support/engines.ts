import { joseEngine } from '../../../../lambdas/authorizer/access-token/jose-engine';
import { nodeCryptoEngine } from '../../../../lambdas/authorizer/access-token/node-crypto-engine';

/** Every signature engine, by its name in the configuration: what holds for one holds for all. */
export const ENGINES = [
  ['jose', joseEngine],
  ['node-crypto', nodeCryptoEngine],
] as const;
