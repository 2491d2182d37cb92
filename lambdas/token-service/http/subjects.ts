import { revocations } from './revocation-routes';
import { rotation } from './rotation-routes';
import type { Route, Subject } from './route';
import { applications } from './teams/application-routes';
import { catalogue } from './teams/catalogue-routes';
import { teams } from './teams/team-routes';
import { tokens } from './token-routes';
import { trail } from './trail/trail-routes';
import { usage } from './usage-routes';

/** Every subject of the HTTP API, in the order of the document. */
export const SUBJECTS: readonly Subject[] = [
  tokens,
  rotation,
  applications,
  teams,
  catalogue,
  revocations,
  usage,
  trail,
];

/** Every operation, in the order of the document. */
export const ROUTES: readonly Route[] = SUBJECTS.flatMap(({ routes }) => routes);
