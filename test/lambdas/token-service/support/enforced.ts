import { createApiTokenVerifier } from '../../../../lambdas/authorizer/api-token/api-token-verifier';
import { testPorts } from '../../authorizer/support/access-tokens';
import { type Harness, PEPPER } from './harness';

const CONFIG = { brand: 'acme', tokenEnvironments: ['test'], table: 't', pepperSecret: 'p' } as const;

export const PEPPER_DOCUMENT = JSON.stringify({
  schema: 1,
  kind: 'pepper',
  generation: 1,
  basedOnVersionId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  payload: { next: null, current: { id: PEPPER.id, key: PEPPER.key.toString('base64url') }, retired: [] },
});

/**
 * What the authorizer says of a token at the time of the service: the number of the secret that it accepts, or the reason why it refuses it. It
 * remembers nothing from one call to the next.
 */
export async function enforced(service: Harness, token: string): Promise<number | string | undefined> {
  const ports = Object.assign(testPorts(), {
    clock: () => service.now,
    readPepper: async () => PEPPER_DOCUMENT,
    readItem: async (key: string) => service.ports.items.get(key) as Promise<Record<string, unknown> | undefined>,
  });
  const verdict = await createApiTokenVerifier(CONFIG, 'dev', ports)(token, true);
  return 'refused' in verdict ? verdict.refused : verdict.secretGeneration;
}
