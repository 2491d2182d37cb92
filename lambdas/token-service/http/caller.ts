/** Who calls: what the gateway's authorizer found out. */
export interface Caller {
  /** Written into records as createdBy and revokedBy. */
  readonly name: string;
  readonly scopes: readonly string[];
}

/**
 * Reads the authorizer's context.
 *
 * @throws {Error} when it is missing or no context of our authorizer: without it nobody may do anything
 */
export function callerOf(authorizer: unknown): Caller {
  if (typeof authorizer !== 'object' || authorizer === null) {
    throw new Error('the request has no authorizer context, expected a gateway with the platform authorizer');
  }
  const { principal, tokenId, scopes } = authorizer as Partial<Record<string, unknown>>;
  if (typeof scopes !== 'string' || typeof principal !== 'string' || principal === '') {
    throw new Error('the authorizer context has no principal or no scopes, expected the platform authorizer');
  }
  const name =
    typeof tokenId === 'string' && tokenId !== '' && tokenId !== principal ? `${principal}/${tokenId}` : principal;
  return { name, scopes: scopes.split(' ').filter((scope) => scope !== '') };
}
