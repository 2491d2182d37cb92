import { z } from '@hono/zod-openapi';
import { GRANTED_SCOPE } from '../../../lib/grammar';
import { REQUIRED_FIELDS, type TeamPolicy } from '../../../lib/team-record';
import { isSafeLines, SAFE_TEXT_EXPECTED } from '../../../lib/text';
import { TEAM_ROLES } from '../../domain/authority/roles';
import type { AddMember, CreateTeam, ListTeams, UpdateTeam } from '../../domain/teams/commands';
import type {
  MemberView,
  TeamListView,
  TeamPolicyView,
  TeamSummaryView,
  TeamView,
} from '../../domain/teams/team-views';
import type { RemovedMemberView } from '../../domain/teams/teams';
import { shapeOf } from '../agreement';
import {
  closedObject,
  cursor,
  holdsNoToken,
  limit,
  lineOfText,
  memberId,
  NO_TOKEN,
  nextCursor,
  teamName,
  time,
  version,
} from '../common-schemas';
import { Token } from '../tokens/token-schemas';

const role = z.enum(TEAM_ROLES);

const issuer = lineOfText(512).openapi({ description: "Exact iss of the person's access tokens." });

const subject = lineOfText(255).openapi({ description: "Exact sub of the person's access tokens." });

const description = z
  .string()
  .max(1024)
  .refine(isSafeLines, { error: `expected ${SAFE_TEXT_EXPECTED}` })
  .refine(holdsNoToken, { error: NO_TOKEN });

/** Ten years, in seconds; the platform's own limit is lower. */
const LONGEST_SECONDS = 3650 * 86_400;

const policy = closedObject(
  shapeOf<TeamPolicy>()({
    maxLifetimeSeconds: z.int().min(60).max(LONGEST_SECONDS).optional(),
    defaultLifetimeSeconds: z.int().min(60).max(LONGEST_SECONDS).optional(),
    requiredFields: z.array(z.enum(REQUIRED_FIELDS)).max(REQUIRED_FIELDS.length).optional(),
    allowedScopes: z
      .array(z.string().regex(GRANTED_SCOPE.pattern, `expected ${GRANTED_SCOPE.allowed}`))
      .max(200)
      .optional()
      .openapi({ description: 'Scopes that tokens of the team may hold; all that the platform allows when left out.' }),
  }),
);

export const CreateTeamRequest = closedObject(
  shapeOf<CreateTeam>()({
    team: teamName,
    description: description.optional(),
    owners: z
      .array(closedObject(shapeOf<NonNullable<CreateTeam['owners']>[number]>()({ issuer, subject })))
      .max(20)
      .optional()
      .openapi({ description: 'People who own the team from the beginning.' }),
  }),
).openapi('CreateTeamRequest');

export const UpdateTeamRequest = closedObject(
  shapeOf<UpdateTeam>()({
    description: description.optional().openapi({ description: 'An empty text takes it away.' }),
    policy: policy.optional().openapi({ description: 'The whole policy; an empty one takes it away.' }),
    archived: z.boolean().optional(),
  }),
).openapi('UpdateTeamRequest');

export const AddMemberRequest = closedObject(shapeOf<AddMember>()({ issuer, subject, role })).openapi(
  'AddMemberRequest',
);

export const ChangeMemberRequest = closedObject({ role }).openapi('ChangeMemberRequest');

export const ListTeamsQuery = closedObject(
  shapeOf<ListTeams>()({
    limit,
    cursor,
    mine: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .openapi({ description: 'Only teams that the caller is a member of.' }),
  }),
);

export const TeamPath = z.object({ team: teamName });

export const MemberPath = z.object({ team: teamName, memberId });

const summary = shapeOf<TeamSummaryView>()({
  team: z.string(),
  description: z.string().optional(),
  status: z.enum(['active', 'archived']),
  role: role.optional().openapi({ description: "The caller's own role." }),
  createdAt: time.optional(),
  version: version.min(0),
});

export const TeamList = z
  .object(shapeOf<TeamListView>()({ teams: z.array(z.object(summary).openapi('TeamSummary')), nextCursor }))
  .openapi('TeamList');

export const Member = z
  .object(
    shapeOf<MemberView>()({
      memberId: z.string(),
      issuer: z.string(),
      subject: z.string(),
      role,
      since: time,
      by: z.string().openapi({ description: 'Principal that gave the role.' }),
    }),
  )
  .openapi('Member');

export const Team = z
  .object(
    shapeOf<TeamView>()({
      ...summary,
      members: z.array(Member),
      policy: z
        .object(
          shapeOf<TeamPolicyView>()({
            maxLifetimeSeconds: z.int().optional(),
            defaultLifetimeSeconds: z.int().optional(),
            requiredFields: z.array(z.enum(REQUIRED_FIELDS)).optional(),
            allowedScopes: z.array(z.string()).optional(),
          }),
        )
        .optional(),
      createdBy: z.string().optional(),
      policyJob: z.string().optional().openapi({
        description: 'Job that judges the tokens of the team by the policy that was just changed: see getBulk.',
      }),
    }),
  )
  .openapi('Team');

export const RemovedMember = z
  .object(
    shapeOf<RemovedMemberView>()({
      member: Member,
      tokens: z.array(Token).openapi({ description: 'Tokens of the team that the person made and that are not over.' }),
      complete: z.boolean().openapi({ description: 'Whether every token of the team was looked through.' }),
    }),
  )
  .openapi('RemovedMember');
