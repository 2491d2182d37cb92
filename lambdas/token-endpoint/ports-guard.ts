import { OAuthError, unavailable } from './oauth-error';
import type { TokenEndpointPorts } from './ports';

/** The ports, whose failures are answers: whatever is out of reach makes it 503, so that nothing is issued by a guess. */
export function guarded(ports: TokenEndpointPorts): TokenEndpointPorts {
  const guard =
    (what: string) =>
    (cause: unknown): never => {
      throw cause instanceof OAuthError ? cause : unavailable(what, cause);
    };
  return {
    ...ports,
    readItem: (key) => ports.readItem(key).catch(guard('the token table')),
    readSecret: (name) => ports.readSecret(name).catch(guard('a secret')),
    readRotationRecord: () => ports.readRotationRecord().catch(guard('the rotation table')),
    useOnce: (kind, hash, until) => ports.useOnce(kind, hash, until).catch(guard('the token table')),
    revoke: (revocation) => ports.revoke(revocation).catch(guard('the token service')),
  };
}
