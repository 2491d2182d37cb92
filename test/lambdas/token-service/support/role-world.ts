import { type ClientRecord, clientKey, clientsOf } from '../../../../lambdas/lib/client-record';
import { withSecrets } from '../../../../lambdas/lib/token-record';
import { CHAIN_START, trailEntry } from '../../../../lambdas/lib/trail/trail-entry';
import type { TrailReader } from '../../../../lambdas/lib/trail/trail-reader';
import { trailItem } from '../../../../lambdas/lib/trail/trail-table';
import type { Action } from '../../../../lambdas/token-service/domain/authority/actions';
import { isReading, RIGHTS, reachOf } from '../../../../lambdas/token-service/domain/authority/rights';
import { ROLES, type Role } from '../../../../lambdas/token-service/domain/authority/roles';
import type { JobRecord } from '../../../../lambdas/token-service/domain/bulk/job-record';
import type { StoredItem } from '../../../../lambdas/token-service/domain/ports';
import { contextOfAccessToken, contextOfToken } from './callers';
import { CONFIG, Harness, NOW, personId } from './harness';

/** Everybody who calls: each role once, and somebody without any. */
export type Actor = Role | 'stranger';
export const ACTORS: readonly Actor[] = [...ROLES, 'stranger'];

export const SIDES = ['own', 'foreign'] as const;
export type Side = (typeof SIDES)[number];

/** What one request of the matrix works on; made anew for each, so that no request sees what another did. */
export interface Cell {
  readonly team: string;
  /** Registered for the team with the tier `free`; the developer of the own team maintains it. */
  readonly application: string;
  /** A token of the application. */
  readonly tokenId: string;
  /** A client of the application, with a secret and the key `k-1`. */
  readonly clientId: string;
  /** A viewer of the team who calls nothing. */
  readonly memberId: string;
}

const ISSUER = 'https://issuer.example.com/';
const PEOPLE = ['viewer', 'developer', 'admin', 'owner'] as const;
const SCOPES = 'tokens:read tokens:write teams:write trail:read sales:read';
const LITERAL: Readonly<Record<string, string>> = { registrar: 'applications:write', revoker: 'revocations:write' };

/** Chain of the one entry of a team. */
export function trailWriter(team: string): string {
  return team.padEnd(16, '0');
}

/** Id of the one job about a team. */
export function jobId(team: string): string {
  return team.padEnd(16, '0');
}

function jobOf(
  team: string,
): StoredItem & Pick<JobRecord, 'id' | 'action' | 'status' | 'counts' | 'pieces' | 'createdAt'> {
  const id = jobId(team);
  const progress = { status: 'done', counts: {}, pieces: 0 } as const;
  const made = { team, createdAt: NOW / 1000, createdBy: 'x' };
  return { pk: `job#${id}`, entity: 'job', id, action: 'revoke', ...progress, ...made, version: 1 };
}

/** A trail with one entry for each team, which no seal has yet. */
const TRAIL: TrailReader = {
  page: async () => ({ items: [] }),
  latestSeal: async () => undefined,
  tile: async () => undefined,
  get: async ({ writer, seq }) => {
    const team = writer.replace(/0+$/, '');
    const event = {
      id: '0'.repeat(16),
      at: NOW,
      action: 'team.update',
      actor: 'somebody',
      object: { kind: 'team', id: team },
      team,
      outcome: 'done',
    } as const;
    return trailItem(trailEntry(event, { writer, seq, previous: CHAIN_START }));
  },
};

/** A platform with two teams, in one of which every role of a team has somebody. */
export class RoleWorld {
  private count = 0;

  private constructor(readonly service: Harness) {}

  static async start(): Promise<RoleWorld> {
    const service = await Harness.start();
    service.config = {
      ...CONFIG,
      scopes: { ...CONFIG.scopes, 'applications:write': 'r', 'revocations:write': 'r' },
      operators: [{ issuer: ISSUER, subject: 'operator' }],
      auditors: [{ issuer: ISSUER, subject: 'auditor' }],
    };
    service.overrides = { trailReader: TRAIL };
    const roles = Object.fromEntries(PEOPLE.map((role) => [role, role]));
    await service.addTeam('own', { ...roles, 'second-owner': 'owner' });
    await service.addTeam('foreign', { 'foreign-owner': 'owner' });
    await Promise.all(SIDES.map((team) => service.ports.items.add(jobOf(team))));
    return new RoleWorld(service);
  }

  close(): Promise<void> {
    return this.service.close();
  }

  /** New objects of a team; a client or a member only where the action is about one. */
  async cell(side: Side, action: Action): Promise<Cell> {
    const { service } = this;
    this.count += 1;
    const application = `${side}-app-${this.count}`;
    await service.store.addApplication({
      pk: `application#${application}`,
      entity: 'application',
      application,
      team: side,
      applicationOf: side,
      tier: 'free',
      usageKeyId: 'k',
      usageKey: 'v'.repeat(20),
      maintainers: side === 'own' ? [personId('developer')] : [],
      createdAt: NOW / 1000,
      version: 1,
    });
    const tokenId = await this.token(application, side);
    // A team is read with each request, with all its members.
    const memberId = action.startsWith('member.') ? await this.member(side) : 'none';
    const clientId = action.startsWith('client.') ? await this.client(application, side) : 'none';
    return { team: side, application, tokenId, clientId, memberId };
  }

  /** The authorizer's context of an actor; the application is that of the cell's own side. */
  async contextOf(actor: Actor, own: Cell): Promise<Record<string, string>> {
    if (actor === 'application') {
      const record = await this.service.storedToken(await this.token(own.application, 'own'));
      return contextOfToken(record) as Record<string, string>;
    }
    const { application: _, ...context } = contextOfAccessToken({
      subject: actor,
      tokenId: `jti-${actor}`,
      scopes: `${SCOPES} ${LITERAL[actor] ?? ''}`.trim(),
    });
    return context as Record<string, string>;
  }

  private async member(side: Side): Promise<string> {
    const { teams } = this.service.ports;
    const team = await teams.getTeam(side);
    if (team === undefined) {
      throw new Error(`no team ${side}`);
    }
    const subject = `spare-${this.count}`;
    const memberId = personId(subject);
    const after = { issuer: ISSUER, subject, role: 'viewer', since: 1, by: 'x' } as const;
    await teams.changeMember(team, { memberId, before: undefined, after, owners: 'keeps' });
    return memberId;
  }

  private async client(application: string, team: string): Promise<string> {
    this.count += 1;
    const id = `C${String(this.count).padStart(15, '0')}`;
    const createdAt = NOW / 1000;
    const record: ClientRecord = {
      pk: clientKey(id),
      entity: 'client',
      id,
      name: 'of the matrix',
      application,
      team,
      applicationOf: clientsOf(team),
      environment: 'dev',
      status: 'active',
      authMethods: ['client_secret_basic'],
      grants: ['client_credentials'],
      scopes: ['sales:read'],
      ...withSecrets([{ number: 1, hash: 'h', pepperId: 'p1', createdAt }]),
      keys: [{ kid: 'k-1', algorithm: 'ES256', publicJwk: { kty: 'EC' }, createdAt }],
      cidrs: [],
      createdAt,
      createdBy: 'somebody',
      version: 1,
    };
    await this.service.ports.items.add(record);
    return id;
  }

  private async token(application: string, team: string): Promise<string> {
    this.count += 1;
    const id = `T${String(this.count).padStart(15, '0')}`;
    await this.service.store.addToken({
      pk: `token#${id}`,
      entity: 'token',
      id,
      name: 'of the matrix',
      application,
      team,
      tier: 'free',
      environment: 'dev',
      scopes: SCOPES.split(' '),
      status: 'active',
      cidrs: [],
      createdAt: NOW / 1000,
      createdBy: 'somebody',
      expiresAt: NOW / 1000 + 86_400,
      generations: [{ number: 1, hash: 'h', pepperId: 'p1', createdAt: NOW / 1000 }],
      version: 1,
    });
    return id;
  }
}

/** What a route is about: nothing, a team, or an application with its tokens. */
export type About = 'nothing' | 'team' | 'application';

/** Whether a row of the table lets an actor do something there. */
export function isAllowed(actor: Actor, action: Action, about: About, side: Side): boolean {
  if (RIGHTS[action].anyone) {
    return true;
  }
  if (actor === 'stranger') {
    return false;
  }
  switch (reachOf(actor, action)) {
    case 'all':
      return true;
    case 'own team':
      return about !== 'nothing' && side === 'own';
    case 'maintained applications':
    case 'own application':
      return about === 'application' && side === 'own';
    default:
      return false;
  }
}

/** The status of a refusal by the table: 404 for whoever may read nothing there. */
export function refusalOf(actor: Actor, about: About, side: Side): 403 | 404 {
  const reading = (Object.keys(RIGHTS) as Action[]).filter((action) => isReading(action) && !RIGHTS[action].anyone);
  return about === 'nothing' || reading.some((action) => isAllowed(actor, action, about, side)) ? 403 : 404;
}
