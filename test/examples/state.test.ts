import { handler as account } from '../../examples/homepage-dashboard/backends/account';
import { handler as activity } from '../../examples/homepage-dashboard/backends/activity';
import { handler as notifications } from '../../examples/homepage-dashboard/backends/notifications';
import type { Backend } from '../../examples/homepage-dashboard/backends/shared';
import { authorizerContext, type EventOptions, principalOf, proxyEvent } from './example';

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly location: unknown;
}

async function call(backend: Backend, route: string, options: EventOptions): Promise<Reply> {
  const [method = '', resource = ''] = route.split(' ');
  const { statusCode, headers, body } = await backend(proxyEvent(method, resource, options));
  return { status: statusCode, body: body === '' ? {} : JSON.parse(body), location: headers?.Location };
}

const ENTRY = { kind: 'note', title: 'Stocktaking' };
const NOTIFICATION = { severity: 'info', title: 'Hello' };
const ONE = '/v1/notifications/{notificationId}';

describe('activity backend', () => {
  const list = async (options: EventOptions) =>
    (await call(activity, 'GET /v1/activity', options)).body as {
      entries: Record<string, string>[];
      nextCursor?: string;
    };

  test('puts a new entry first, with the principal of the token', async () => {
    const application = 'activity-new';
    const created = await call(activity, 'POST /v1/activity', { application, body: ENTRY });
    const { entries } = await list({ application });
    expect(created.body).toMatchObject({
      ...ENTRY,
      actor: principalOf('activity-new-web'),
      at: '2025-03-10T12:00:00.000Z',
    });
    expect(entries[0]).toEqual(created.body);
  });

  test('serves a new entry at its location', async () => {
    const application = 'activity-location';
    const { body, location } = await call(activity, 'POST /v1/activity', { application, body: ENTRY });
    const path = { entryId: String(body.id) };
    expect(location).toBe(`/v1/activity/${body.id}`);
    expect((await call(activity, 'GET /v1/activity/{entryId}', { application, path })).body).toEqual(body);
  });

  test('keeps the entries of another application to itself', async () => {
    const { body } = await call(activity, 'POST /v1/activity', { application: 'activity-own', body: ENTRY });
    const path = { entryId: String(body.id) };
    const other = await call(activity, 'GET /v1/activity/{entryId}', { application: 'activity-other', path });
    expect(other.status).toBe(404);
  });

  test('pages through the whole feed, each entry once, newest first', async () => {
    const seen: string[] = [];
    let query: Record<string, string> = { limit: '17' };
    for (let page = 0; page < 10; page += 1) {
      const { entries, nextCursor } = await list({ query });
      seen.push(...entries.map(({ id = '', at }) => `${at} ${id}`));
      if (nextCursor === undefined) {
        break;
      }
      query = { limit: '17', cursor: nextCursor };
    }
    expect(seen.length).toBeGreaterThan(14 * 6 - 7);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.map((line) => line.slice(0, 24))).toEqual(
      seen
        .map((line) => line.slice(0, 24))
        .sort()
        .reverse(),
    );
  });

  test('shows nothing that is yet to come', async () => {
    const { entries } = await list({ at: '2025-03-10T00:00:01.000Z', query: { limit: '50' } });
    expect(entries.filter(({ at = '' }) => at > '2025-03-10T00:00:01.000Z')).toEqual([]);
  });

  test('filters by kind', async () => {
    const { entries } = await list({ query: { kind: 'deployment' } });
    expect(entries.length).toBeGreaterThan(0);
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['deployment']));
  });

  test.each([{ cursor: 'act-19990101-01' }, { kind: 'gossip' }, { limit: '51' }])('refuses %j', async (query) => {
    expect((await call(activity, 'GET /v1/activity', { query })).status).toBe(400);
  });

  test.each(['act-19990101-01', 'act-20250310-99', 'x', ''])('answers 404 on the id "%s"', async (entryId) => {
    expect((await call(activity, 'GET /v1/activity/{entryId}', { path: { entryId } })).status).toBe(404);
  });

  test('keeps at most 100 written entries of an application', async () => {
    const application = 'activity-many';
    const first = await call(activity, 'POST /v1/activity', { application, body: ENTRY });
    for (let count = 0; count < 100; count += 1) {
      await call(activity, 'POST /v1/activity', { application, body: ENTRY });
    }
    const path = { entryId: String(first.body.id) };
    expect((await call(activity, 'GET /v1/activity/{entryId}', { application, path })).status).toBe(404);
  });
});

describe('notifications backend', () => {
  const list = async (application: string, query?: Record<string, string>) =>
    (await call(notifications, 'GET /v1/notifications', { application, ...(query ? { query } : {}) })).body as {
      notifications: Record<string, unknown>[];
      unread: number;
    };

  test('counts a new notification as unread', async () => {
    const application = 'notify-new';
    const { unread } = await list(application);
    const { body, location } = await call(notifications, 'POST /v1/notifications', { application, body: NOTIFICATION });
    expect(body).toMatchObject({ ...NOTIFICATION, read: false });
    expect(location).toBe(`/v1/notifications/${body.id}`);
    expect((await list(application)).unread).toBe(unread + 1);
  });

  test('hides a notification from the unread ones once it is read', async () => {
    const application = 'notify-read';
    const path = { notificationId: 'ntf-1002' };
    await call(notifications, `PATCH ${ONE}`, { application, path, body: { read: true } });
    const unread = await list(application, { unread: 'true' });
    expect(unread.notifications.map(({ id }) => id)).toEqual(['ntf-1004', 'ntf-1003']);
    expect((await call(notifications, `GET ${ONE}`, { application, path })).body.read).toBe(true);
  });

  test('forgets a deleted notification and never gives its id again', async () => {
    const application = 'notify-delete';
    const path = { notificationId: 'ntf-1004' };
    expect((await call(notifications, `DELETE ${ONE}`, { application, path })).status).toBe(204);
    expect((await call(notifications, `DELETE ${ONE}`, { application, path })).status).toBe(404);
    const { body } = await call(notifications, 'POST /v1/notifications', { application, body: NOTIFICATION });
    expect(body.id).toBe('ntf-1005');
  });

  test('keeps applications apart', async () => {
    const path = { notificationId: 'ntf-1001' };
    await call(notifications, `DELETE ${ONE}`, { application: 'notify-a', path });
    expect((await call(notifications, `GET ${ONE}`, { application: 'notify-b', path })).status).toBe(200);
  });

  test('answers 409 above 100 notifications', async () => {
    const application = 'notify-many';
    const statuses: number[] = [];
    for (let count = 0; count < 97; count += 1) {
      statuses.push((await call(notifications, 'POST /v1/notifications', { application, body: NOTIFICATION })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 96 }, () => 201), 409]);
  });

  test.each(['GET', 'PATCH', 'DELETE'])('answers 404 on %s of an unknown id', async (method) => {
    for (const notificationId of ['ntf-9999', 'ntf-1', 'constructor', '']) {
      const options = { path: { notificationId }, body: { read: true } };
      expect((await call(notifications, `${method} ${ONE}`, options)).status).toBe(404);
    }
  });

  test('refuses a filter that is neither true nor false', async () => {
    expect((await call(notifications, 'GET /v1/notifications', { query: { unread: '1' } })).status).toBe(400);
  });
});

describe('account backend', () => {
  const profile = {
    displayName: 'Front desk',
    locale: 'de-DE',
    preferences: { theme: 'dark', weekStartsOn: 'sunday', pageSize: 5 },
  };
  const widget = { id: 'a', kind: 'activity', place: { column: 0, row: 0, width: 6, height: 2 } };

  test('makes the first profile from the token', async () => {
    const { body } = await call(account, 'GET /v1/profile', { application: 'front-desk' });
    expect(body).toMatchObject({
      principal: principalOf('front-desk-web'),
      application: 'front-desk',
      team: 'web',
      displayName: 'Front desk',
    });
  });

  test('leaves out the team of a token without one', async () => {
    const { team: _, ...authorizer } = authorizerContext('p', 'p');
    const { body } = await call(account, 'GET /v1/profile', { authorizer });
    expect(body).not.toHaveProperty('team');
    expect(body.application).toBe('p');
  });

  test('replaces the whole profile', async () => {
    const application = 'profile-replace';
    await call(account, 'PUT /v1/profile', { application, body: { ...profile, email: 'a@example.com' } });
    await call(account, 'PUT /v1/profile', { application, body: profile });
    const { body } = await call(account, 'GET /v1/profile', { application });
    expect(body).toEqual({ principal: principalOf('profile-replace-web'), application, team: 'web', ...profile });
  });

  test('lets nobody write who they are', async () => {
    const body = { ...profile, principal: 'somebody-else' };
    const reply = await call(account, 'PUT /v1/profile', { application: 'profile-spoof', body });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: 'principal', message: 'is not known' }] } });
  });

  test('keeps the profiles of two principals of one application apart', async () => {
    const as = (principal: string) => authorizerContext('shared', principal);
    await call(account, 'PUT /v1/profile', { authorizer: as('one'), body: { ...profile, displayName: 'One' } });
    const { body } = await call(account, 'GET /v1/profile', { authorizer: as('two') });
    expect(body.displayName).toBe('Shared');
  });

  test('counts the writes of a layout', async () => {
    const application = 'layout-count';
    expect((await call(account, 'GET /v1/layout', { application })).body.version).toBe(0);
    await call(account, 'PUT /v1/layout', { application, body: { widgets: [widget] } });
    await call(account, 'PUT /v1/layout', { application, body: { widgets: [widget] } });
    const { body } = await call(account, 'GET /v1/layout', { application });
    expect(body).toEqual({ widgets: [widget], version: 2, updatedAt: '2025-03-10T12:00:00.000Z' });
  });

  test.each([
    ['widgets[1].id', [widget, widget]],
    ['widgets[0].place', [{ ...widget, place: { column: 7, row: 0, width: 6, height: 2 } }]],
  ])('refuses a layout for its %s', async (field, widgets) => {
    const reply = await call(account, 'PUT /v1/layout', { application: 'layout-bad', body: { widgets } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});
