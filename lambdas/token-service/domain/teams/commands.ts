import type { TeamPolicy } from '../../../lib/team-record';
import type { TeamRole } from '../authority/roles';

/** A team that is to be. */
export interface CreateTeam {
  readonly team: string;
  readonly description?: string | undefined;
  /** People who own it from the beginning. @default - nobody; operators add members */
  readonly owners?: readonly { readonly issuer: string; readonly subject: string }[] | undefined;
}

/** What is to change of a team. */
export interface UpdateTeam {
  /** An empty text takes it away. */
  readonly description?: string | undefined;
  /** The whole policy; an empty one takes it away. */
  readonly policy?: TeamPolicy | undefined;
  /** Archived: no application is registered for it and no member added any more. */
  readonly archived?: boolean | undefined;
}

/** A person who is to be a member. */
export interface AddMember {
  /** Exact `iss` of the person's access tokens. */
  readonly issuer: string;
  /** Exact `sub`. */
  readonly subject: string;
  readonly role: TeamRole;
}

/** Which teams to list. */
export interface ListTeams {
  /** Teams on one page. @default 20 */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. @default - the first page */
  readonly cursor?: string | undefined;
  /** Only teams that the caller is a member of. @default - every team for those who may read them all */
  readonly mine?: boolean | undefined;
}
