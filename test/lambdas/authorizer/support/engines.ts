import { nodeCryptoEngine } from '../../../../lambdas/authorizer/node-crypto-engine';
import { joseEngine } from '../../../../lambdas/authorizer/optional/jose-engine';

/** Every signature engine, by its name in the configuration: what holds for one holds for all. */
export const ENGINES = [
  ['jose', joseEngine],
  ['node-crypto', nodeCryptoEngine],
] as const;
