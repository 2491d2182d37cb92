import { generationEnd } from '../../lib/generation-end';
import type { JudgedToken, SecretGeneration, SecretUse } from '../../lib/token-record';
import { AuthorizerError } from '../reasons';
import { isTime, isTimeOrNone } from './record';

/**
 * When a secret ends that a newer one takes over from, in epoch seconds.
 *
 * @throws {AuthorizerError} when what decides is malformed: the overlap, and the uses of the secrets, by which it may begin
 */
export function graceEnd(record: JudgedToken, generation: SecretGeneration): number {
  const { uses } = record;
  if (!isTimeOrNone(generation.overlapSeconds) || !(uses === undefined || areUses(uses))) {
    throw new AuthorizerError('store_error', `record of token ${record.id} is malformed`);
  }
  return generationEnd(record, generation);
}

function areUses(uses: unknown): boolean {
  return typeof uses === 'object' && uses !== null && !Array.isArray(uses) && Object.values(uses).every(isUse);
}

function isUse(use: SecretUse | null): boolean {
  return isTime(use?.firstAt);
}
