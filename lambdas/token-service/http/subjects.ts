import { bulk } from './bulk/bulk-routes';
import { clientCredentials } from './clients/client-credential-routes';
import { clients } from './clients/client-routes';
import { revocations } from './revocation-routes';
import type { Route, Subject } from './route';
import { applications } from './teams/application-routes';
import { catalogue } from './teams/catalogue-routes';
import { teams } from './teams/team-routes';
import { rotation } from './tokens/rotation-routes';
import { tokens } from './tokens/token-routes';
import { updating } from './tokens/update-routes';
import { trail } from './trail/trail-routes';
import { usage } from './usage-routes';

/** Every subject of the HTTP API, in the order of the document. */
export const SUBJECTS: readonly Subject[] = [
  tokens,
  updating,
  rotation,
  clients,
  clientCredentials,
  applications,
  teams,
  catalogue,
  revocations,
  usage,
  trail,
  bulk,
];

/** Every operation, in the order of the document. */
export const ROUTES: readonly Route[] = SUBJECTS.flatMap(({ routes }) => routes);
