import type { Caller } from 'gatehouse/backend';
import { type Checks, readBody } from '../request';
import { type Answer, invalid, type ProtectedRequest, protectedBackend } from '../shared';

interface ProfileInput {
  readonly displayName: string;
  readonly email?: string;
  readonly locale: string;
  readonly preferences: { readonly theme: string; readonly weekStartsOn: string; readonly pageSize: number };
}

interface Widget {
  readonly id: string;
  readonly kind: string;
  readonly place: { readonly column: number; readonly row: number; readonly width: number; readonly height: number };
  readonly title?: string;
  readonly region?: string;
}

interface Layout {
  readonly widgets: readonly Widget[];
  readonly version: number;
  readonly updatedAt?: string;
}

const COLUMNS = 12;

const PROFILE: Checks = {
  displayName: { type: 'text', max: 80 },
  email: { type: 'text', max: 254, pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, optional: true },
  locale: { type: 'choice', of: ['en-GB', 'de-DE', 'fr-FR', 'es-ES', 'ja-JP'] },
  preferences: {
    type: 'object',
    members: {
      theme: { type: 'choice', of: ['light', 'dark', 'system'] },
      weekStartsOn: { type: 'choice', of: ['monday', 'saturday', 'sunday'] },
      pageSize: { type: 'integer', min: 5, max: 50 },
    },
  },
};

const WIDGET: Checks = {
  id: { type: 'text', max: 32, pattern: /^[a-z][a-z0-9-]{0,31}$/ },
  kind: { type: 'choice', of: ['sales-overview', 'sales-series', 'top-products', 'activity', 'notifications'] },
  place: {
    type: 'object',
    members: {
      column: { type: 'integer', min: 0, max: COLUMNS - 1 },
      row: { type: 'integer', min: 0, max: 99 },
      width: { type: 'integer', min: 1, max: COLUMNS },
      height: { type: 'integer', min: 1, max: 20 },
    },
  },
  title: { type: 'text', max: 60, optional: true },
  region: {
    type: 'choice',
    of: ['europe', 'north-america', 'latin-america', 'asia-pacific', 'middle-east-africa'],
    optional: true,
  },
};

const FIRST_LAYOUT: Layout = {
  widgets: [
    { id: 'overview', kind: 'sales-overview', place: { column: 0, row: 0, width: 8, height: 3 } },
    { id: 'alerts', kind: 'notifications', place: { column: 8, row: 0, width: 4, height: 3 } },
    { id: 'series', kind: 'sales-series', place: { column: 0, row: 3, width: 8, height: 4 }, region: 'europe' },
    { id: 'feed', kind: 'activity', place: { column: 8, row: 3, width: 4, height: 4 } },
  ],
  version: 0,
};

/*
 * Both by principal, which no two callers share: the same subject of two issuers is two. A demonstration keeps them in the memory of one function instance: changes are gone
 * with the instance, and a second instance does not see them.
 */
const profiles = new Map<string, ProfileInput>();
const layouts = new Map<string, Layout>();

/** Backend of the caller's own profile and layout; whose they are is decided by the token alone. */
export const handler = protectedBackend({
  'GET /v1/profile': ({ caller }) => ({ status: 200, body: profileOf(caller) }),
  'PUT /v1/profile': putProfile,
  'GET /v1/layout': ({ caller }) => ({ status: 200, body: layouts.get(caller.principal) ?? FIRST_LAYOUT }),
  'PUT /v1/layout': putLayout,
});

function putProfile({ event, caller }: ProtectedRequest): Answer {
  profiles.set(caller.principal, readBody<ProfileInput>(event, PROFILE));
  return { status: 200, body: profileOf(caller) };
}

function putLayout({ event, caller, now }: ProtectedRequest): Answer {
  const { widgets } = readBody<{ widgets: Widget[] }>(event, { widgets: { type: 'list', of: WIDGET, max: 24 } });
  const ids = new Set<string>();
  for (const [index, { id, place }] of widgets.entries()) {
    if (ids.has(id)) {
      throw invalid(`widgets[${index}].id`, `is used twice: ${id}`);
    }
    ids.add(id);
    if (place.column + place.width > COLUMNS) {
      throw invalid(`widgets[${index}].place`, `reaches over column ${COLUMNS}`);
    }
  }
  const version = (layouts.get(caller.principal)?.version ?? 0) + 1;
  const layout: Layout = { widgets, version, updatedAt: now.toISOString() };
  layouts.set(caller.principal, layout);
  return { status: 200, body: layout };
}

function profileOf(caller: Caller): Record<string, unknown> {
  const { principal, subject, application, team } = caller;
  const input = profiles.get(caller.principal) ?? {
    displayName: displayNameOf(application ?? subject),
    locale: 'en-GB',
    preferences: { theme: 'system', weekStartsOn: 'monday', pageSize: 20 },
  };
  return {
    principal,
    ...(application === undefined ? {} : { application }),
    ...(team === undefined ? {} : { team }),
    ...input,
  };
}

/** `home-page` → `Home page`, cut to what a display name may be. */
function displayNameOf(application: string): string {
  const words = application.replaceAll(/[-_]+/g, ' ').trim().slice(0, 80) || 'Unnamed';
  return words.charAt(0).toUpperCase() + words.slice(1);
}
