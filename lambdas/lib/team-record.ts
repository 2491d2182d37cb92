import { createHash } from 'node:crypto';

/** A member of a team. */
export interface TeamMember {
  /** Issuer and subject of the person's access tokens: nobody is told by a subject alone. */
  readonly issuer: string;
  readonly subject: string;
  readonly role: 'viewer' | 'developer' | 'admin' | 'owner';
  /** When the person got this role, epoch seconds. */
  readonly since: number;
  /** Principal that gave the role. */
  readonly by: string;
}

/** What the tokens of a team have to meet; never looser than what the platform asks for. */
export interface TeamPolicy {
  /** Longest lifetime, in seconds. */
  readonly maxLifetimeSeconds?: number | undefined;
  /** Lifetime of a token whose request names none, in seconds. */
  readonly defaultLifetimeSeconds?: number | undefined;
  /** Members of a request that may not be left out. */
  readonly requiredFields?: readonly RequiredField[] | undefined;
  /** Scopes that tokens may hold, wildcards as they are. @default - every scope that the platform allows */
  readonly allowedScopes?: readonly string[] | undefined;
}

/** Members of a token that a policy may ask for. */
export const REQUIRED_FIELDS = ['description', 'tags', 'cidrs'] as const;
export type RequiredField = (typeof REQUIRED_FIELDS)[number];

/** A team in the token table. */
export interface TeamRecord {
  readonly pk: string;
  readonly entity: 'team';
  readonly name: string;
  readonly description?: string;
  readonly status: 'active' | 'archived';
  /** By {@link memberIdOf}; at most {@link MAX_MEMBERS}. */
  readonly members: Readonly<Record<string, TeamMember>>;
  /** Ids of the members that are owners: a condition of a write counts them. @default - nobody is an owner */
  readonly owners?: ReadonlySet<string>;
  readonly policy?: TeamPolicy;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly createdBy: string;
  /** Optimistic lock. */
  readonly version: number;
}

/** Most members of a team: an item of DynamoDB holds 400 kB. */
export const MAX_MEMBERS = 1000;

/** Most bytes of the members of a team, as JSON. Issuers and subjects may be long; policy and outbox need room in the item too. */
export const MAX_MEMBERS_BYTES = 300_000;

/** Key of a team's item. */
export function teamKey(name: string): string {
  return `team#${name}`;
}

/**
 * Id of a member: 22 characters of base64url, the first 132 bits of the SHA-256 of the principal. The text itself is no name of an attribute
 * and no part of a path.
 */
export function memberIdOf(principal: string): string {
  return createHash('sha256').update(principal).digest('base64url').slice(0, 22);
}

/** Key of the item that remembers which teams a person may be a member of. */
export function personKey(memberId: string): string {
  return `person#${memberId}`;
}
