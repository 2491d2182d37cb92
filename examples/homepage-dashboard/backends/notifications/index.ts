import type { Caller } from 'gatehouse/backend';
import { queryChoice, readBody } from '../request';
import { seeded } from '../seed';
import { type Answer, ownerOf, Problem, type ProtectedRequest, protectedBackend } from '../shared';

const SEVERITIES = ['info', 'warning', 'critical'] as const;

interface Notification {
  readonly id: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly title: string;
  readonly message?: string;
  readonly read: boolean;
  readonly createdAt: string;
}

interface Box {
  /** Number of the newest notification; ids are never given twice. */
  last: number;
  /** By id, oldest first. */
  readonly items: Map<string, Notification>;
}

const FIRST = [
  { severity: 'info', title: 'The weekly report is ready' },
  { severity: 'warning', title: 'Stock of Travel mug is low', message: '38 left, 12 sold a day.' },
  { severity: 'info', title: 'Two people joined the team' },
  { severity: 'critical', title: 'Payments are slow in latin-america', message: 'Median 4.1 s, usually 0.9 s.' },
] as const;

const MOST = 100;

/**
 * The notifications of each application, begun with a few on first use. A demonstration keeps them in the memory of one
 * function instance: changes are gone with the instance, and a second instance does not see them.
 */
const boxes = new Map<string, Box>();

/** Backend of the notifications. */
export const handler = protectedBackend({
  'GET /v1/notifications': list,
  'POST /v1/notifications': create,
  'GET /v1/notifications/{notificationId}': (request) => ({ status: 200, body: find(request).notification }),
  'PATCH /v1/notifications/{notificationId}': mark,
  'DELETE /v1/notifications/{notificationId}': remove,
});

function list({ event, caller, now }: ProtectedRequest): Answer {
  const unreadOnly = queryChoice(event, 'unread', ['true', 'false']) === 'true';
  const all = [...boxOf(caller, now).items.values()].reverse();
  const unread = all.filter((notification) => !notification.read);
  return { status: 200, body: { notifications: unreadOnly ? unread : all, unread: unread.length } };
}

function create({ event, caller, now }: ProtectedRequest): Answer {
  const input = readBody<Pick<Notification, 'severity' | 'title' | 'message'>>(event, {
    severity: { type: 'choice', of: SEVERITIES },
    title: { type: 'text', max: 120 },
    message: { type: 'text', max: 1000, optional: true },
  });
  const box = boxOf(caller, now);
  if (box.items.size >= MOST) {
    throw new Problem(409, `the application has ${MOST} notifications already: delete some first`);
  }
  const notification = add(box, { ...input, read: false, createdAt: now.toISOString() });
  return { status: 201, body: notification, headers: { Location: `/v1/notifications/${notification.id}` } };
}

function mark(request: ProtectedRequest): Answer {
  const { box, notification } = find(request);
  const { read } = readBody<{ read: boolean }>(request.event, { read: { type: 'flag' } });
  const marked = { ...notification, read };
  box.items.set(marked.id, marked);
  return { status: 200, body: marked };
}

function remove(request: ProtectedRequest): Answer {
  const { box, notification } = find(request);
  box.items.delete(notification.id);
  return { status: 204 };
}

function find({ event, caller, now }: ProtectedRequest): { box: Box; notification: Notification } {
  const id = event.pathParameters?.notificationId ?? '';
  const box = boxOf(caller, now);
  const notification = box.items.get(id);
  if (notification === undefined) {
    // The same answer for another application's id: whether it exists is nobody else's business.
    throw new Problem(404, `no notification ${id}`);
  }
  return { box, notification };
}

function boxOf(caller: Caller, now: Date): Box {
  const owner = ownerOf(caller);
  let box = boxes.get(owner);
  if (box === undefined) {
    box = { last: 1000, items: new Map() };
    for (const [index, first] of FIRST.entries()) {
      const hoursAgo = (FIRST.length - index) * 5 - seeded('notification', owner, index) * 4;
      const createdAt = new Date(now.getTime() - Math.round(hoursAgo * 3600) * 1000).toISOString();
      add(box, { ...first, read: index === 0, createdAt });
    }
    boxes.set(owner, box);
  }
  return box;
}

function add(box: Box, notification: Omit<Notification, 'id'>): Notification {
  box.last += 1;
  const added = { id: `ntf-${box.last}`, ...notification };
  box.items.set(added.id, added);
  return added;
}
