import { z } from '@hono/zod-openapi';
import type { ListApplications, RegisterApplication, UpdateApplication } from '../../domain/commands';
import type { ApplicationListView, ApplicationView, ChangedApplicationView } from '../../domain/views';
import { shapeOf } from '../agreement';
import {
  application,
  closedObject,
  cursor,
  limit,
  memberId,
  nextCursor,
  team,
  tier,
  time,
  version,
} from '../common-schemas';
import { Token } from '../tokens/token-schemas';

/** Body of a registration of an application. */
export const RegisterApplicationRequest = closedObject(
  shapeOf<Omit<RegisterApplication, 'application'>>()({
    tier: tier.openapi({ description: 'Usage plan of all tokens of the application.' }),
    team: team.optional(),
  }),
).openapi('RegisterApplicationRequest');

export const ApplicationPath = z.object({ application });

export const UpdateApplicationRequest = closedObject(
  shapeOf<UpdateApplication>()({
    tier: tier.optional().openapi({ description: 'The key of the application moves to the usage plans of this tier.' }),
    team: team.optional().openapi({ description: 'The team that the application goes to, with its tokens.' }),
    maintainers: z
      .array(memberId)
      .max(50)
      .optional()
      .openapi({ description: 'Ids of all members that look after it: developers act on these applications.' }),
    archived: z.boolean().optional().openapi({ description: 'Whether no token is issued for it any more.' }),
  }),
).openapi('UpdateApplicationRequest');

export const ListApplicationsQuery = closedObject(
  shapeOf<ListApplications>()({
    team: team.optional().openapi({ description: 'Only the applications of this team.' }),
    limit,
    cursor,
  }),
);

const applicationMembers = shapeOf<ApplicationView>()({
  application: z.string(),
  team: z.string().optional(),
  tier: z.string().optional(),
  maintainers: z.array(z.string()).optional().openapi({ description: 'Ids of the members that look after it.' }),
  createdAt: time,
  archivedAt: time.optional(),
  version,
});

export const Application = z.object(applicationMembers).openapi('Application');

export const ChangedApplication = z
  .object(
    shapeOf<ChangedApplicationView>()({
      ...applicationMembers,
      tokensLeft: z.boolean().optional().openapi({
        description: 'Tokens have not followed their application yet: the same request again moves more.',
      }),
      tokens: z.array(Token).optional().openapi({ description: 'Tokens of an application that was archived.' }),
    }),
  )
  .openapi('ChangedApplication');

export const ApplicationList = z
  .object(shapeOf<ApplicationListView>()({ applications: z.array(Application), nextCursor }))
  .openapi('ApplicationList');
