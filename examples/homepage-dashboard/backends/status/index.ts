import { publicBackend } from '../shared';

/**
 * Backend of the public route `GET /v1/status`. It is the one backend without an authorizer in front of it, so it holds
 * no data of any application and reads nothing from the request but its time.
 */
export const handler = publicBackend({
  'GET /v1/status': ({ now }) => ({
    status: 200,
    body: {
      status: 'operational',
      time: now.toISOString(),
      components: ['sales', 'activity', 'notifications', 'account'].map((name) => ({ name, status: 'operational' })),
    },
  }),
});
