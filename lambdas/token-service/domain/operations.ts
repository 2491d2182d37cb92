import { Applications } from './applications';
import { Issuing } from './issuing/issuing';
import type { TokenServicePorts } from './ports';
import { Registration } from './registration';
import { Revocations } from './revocation/revocations';
import type { TokenSettings } from './settings';
import { Tokens } from './tokens';

/** What the HTTP operations and direct invocations do. */
export type Operations = ReturnType<typeof createOperations>;

/** The domain of the token service, put together. */
export function createOperations(settings: TokenSettings, ports: TokenServicePorts) {
  const revocations = new Revocations(settings, ports);
  const applications = new Applications(settings, ports);
  return {
    issuing: new Issuing(settings, ports, applications),
    tokens: new Tokens(settings, ports, revocations),
    registration: new Registration(settings, ports, applications),
    revocations,
  };
}
