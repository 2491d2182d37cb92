import { z } from '@hono/zod-openapi';
import { REQUIRED_FIELDS } from '../../../lib/team-record';
import type { PolicyView, ReadPolicy, ScopesView, TiersView } from '../../domain/policy/catalogue';
import { shapeOf } from '../agreement';
import { application, closedObject, team } from '../common-schemas';

export const Scopes = z
  .object(
    shapeOf<ScopesView>()({
      scopes: z.array(
        z.object({
          scope: z.string(),
          description: z.string(),
          platform: z.boolean().openapi({ description: 'Whether it is one of the token service itself.' }),
        }),
      ),
    }),
  )
  .openapi('Scopes');

export const Tiers = z
  .object(
    shapeOf<TiersView>()({
      tiers: z.array(
        z.object({
          tier: z.string(),
          forTeams: z.boolean().openapi({ description: 'Whether teams choose it by themselves.' }),
        }),
      ),
    }),
  )
  .openapi('Tiers');

export const PolicyQuery = closedObject(
  shapeOf<ReadPolicy>()({
    team: team.optional().openapi({ description: 'Policy of this team; of the platform alone when left out.' }),
    application: application.optional().openapi({ description: 'Policy of the team of this application.' }),
  }),
);

export const Policy = z
  .object(
    shapeOf<PolicyView>()({
      team: z.string().optional(),
      maxLifetimeSeconds: z.int(),
      defaultLifetimeSeconds: z.int(),
      requiredFields: z.array(z.enum(REQUIRED_FIELDS)),
      scopes: z.array(z.string()).openapi({ description: 'Scopes that are allowed and that the caller may grant.' }),
      tiers: z.array(z.string()).openapi({ description: 'Tiers that the caller may give to an application.' }),
    }),
  )
  .openapi('Policy');

export const Document = z.looseObject({ openapi: z.string() });
