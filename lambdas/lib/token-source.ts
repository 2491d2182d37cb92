import type { Grammar } from './grammar';

/** What an access token of the platform's own issuer can be derived from. */
export const SOURCE_TYPES = ['token', 'client', 'session'] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

/**
 * Longest life of what is derived from a source, in seconds: by token exchange, by client credentials, for the session of a person. The token endpoint
 * makes none that lives longer, and by these numbers revocations of sources are kept.
 */
export const LONGEST_DERIVED_SECONDS: Readonly<Record<SourceType, number>> = { token: 900, client: 3600, session: 300 };

/** Largest clock difference that an authorizer can be told to accept, in seconds. */
export const LONGEST_LEEWAY_SECONDS = 300;

/** How long an entry about sources is kept, in seconds: until the last token that it may mean is refused by its own expiry. */
export const SOURCE_ENTRY_SECONDS = Math.max(...Object.values(LONGEST_DERIVED_SECONDS)) + LONGEST_LEEWAY_SECONDS;

/** A source, as the claim `src` names it. */
export const SOURCE: Grammar = {
  pattern: /^((token|client):[0-9A-Za-z]{16}|session:[0-9A-Za-z_-]{1,64})$/,
  allowed: '"token:<id>", "client:<id>" or "session:<id>"',
};

/** Several sources at once: those of an application, or all of a type. */
export const SOURCES: Grammar = {
  pattern: /^(application:[a-z][a-z0-9-]{0,62}|(token|client|session):\*)$/,
  allowed: '"application:<name>", "token:*", "client:*" or "session:*"',
};

/** The source with an id. */
export function sourceOf(type: SourceType, id: string): string {
  return `${type}:${id}`;
}

/** Every source of a type. */
export function sourcesOfType(type: SourceType): string {
  return `${type}:*`;
}

/** Every source that belongs to an application. */
export function sourcesOfApplication(application: string): string {
  return `application:${application}`;
}

/** The application whose sources a name means; `undefined` when it means others. */
export function applicationOfSources(name: string): string | undefined {
  return name.startsWith('application:') ? name.slice('application:'.length) : undefined;
}

/** The type of a source; `undefined` when the text names none. */
export function typeOfSource(source: string): SourceType | undefined {
  return SOURCE_TYPES.find((type) => source.startsWith(`${type}:`));
}

/** Id of the API token that a source is; `undefined` when it is none. */
export function tokenOfSource(source: string | undefined): string | undefined {
  return source?.startsWith('token:') ? source.slice('token:'.length) : undefined;
}
