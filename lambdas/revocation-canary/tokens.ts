import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { CANARY_ALIAS } from '../token-service/config';
import type { RevocationCanaryPorts } from './canary';
import type { RevocationCanaryConfig } from './config';

/** Tokens of the canary, from the token service by its alias for canaries. */
export function canaryTokens(
  client: LambdaClient,
  { api: canary, tokenService }: Pick<RevocationCanaryConfig, 'api' | 'tokenService'>,
): Pick<RevocationCanaryPorts, 'start' | 'end'> {
  async function invoke(action: object): Promise<unknown> {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({
        FunctionName: tokenService,
        Qualifier: CANARY_ALIAS,
        Payload: Buffer.from(JSON.stringify({ ...action, canary })),
      }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) {
      // The service puts no secret into its messages.
      throw new Error(`the token service failed: ${messageOf(text)}`);
    }
    return JSON.parse(text);
  }

  return {
    start: async () => {
      const { token, id } = (await invoke({ action: 'startCanary' })) as { token?: unknown; id?: unknown };
      if (typeof token !== 'string' || typeof id !== 'string') {
        throw new Error('the token service issued no token');
      }
      return { token, id };
    },
    end: async (tokenId) => {
      await invoke({ action: 'endCanary', tokenId });
    },
  };
}

function messageOf(text: string): string {
  const { errorMessage } = JSON.parse(text) as { errorMessage?: unknown };
  return typeof errorMessage === 'string' ? errorMessage : 'no message';
}
