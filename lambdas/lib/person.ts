import { createHash } from 'node:crypto';
import { principalText } from './principal';
import { memberIdOf } from './team-record';

/** A person, as an identity provider names one: by issuer and subject together, never by an e-mail address (OpenID Connect Core, 5.7). */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
}

/** Subject of the access tokens of a person: two issuers never mean the same person, and no client is one (RFC 9068, 5). */
export function personSubject({ issuer, subject }: Person): string {
  return `user:${createHash('sha256').update(`${issuer}\0${subject}`).digest('base64url').slice(0, 22)}`;
}

/**
 * Id of a person as a member of teams: that of the principal which the access tokens of the person's sessions name.
 *
 * @param ownIssuer `iss` of these tokens: that of the platform
 */
export function personMemberId(person: Person, ownIssuer: string): string {
  return memberIdOf(principalText({ method: 'access_token', issuer: ownIssuer, subject: personSubject(person) }));
}
