import { z } from '@hono/zod-openapi';
import type { RegisterApplication } from '../domain/commands';
import type { ApplicationView } from '../domain/views';
import { shapeOf } from './agreement';
import { application, closedObject, team, tier, time, version } from './common-schemas';

/** Body of a registration of an application. */
export const RegisterApplicationRequest = closedObject(
  shapeOf<Omit<RegisterApplication, 'application'>>()({
    tier: tier.openapi({ description: 'Usage plan of all tokens of the application; it cannot be changed.' }),
    team: team.optional(),
  }),
).openapi('RegisterApplicationRequest');

export const ApplicationPath = z.object({ application });

export const Application = z
  .object(
    shapeOf<ApplicationView>()({
      application: z.string(),
      team: z.string().optional(),
      tier: z.string().optional(),
      createdAt: time,
      version,
    }),
  )
  .openapi('Application');
