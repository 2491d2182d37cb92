import { integer, number, object } from './build';

/**
 * Limit of the methods of a stage.
 *
 * @param absent what holds without it
 */
export function stageThrottle(description: string, absent: string) {
  return object(
    description,
    {
      required: {
        rateLimit: number('Steady rate in requests per second.', { minimum: 0, maximum: 10000 }),
        burstLimit: integer('Requests that may come at once.', { minimum: 0, maximum: 5000 }),
      },
    },
    { absent },
  );
}
