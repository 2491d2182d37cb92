/**
 * Parts that only some configurations need. The bundler leaves them out of `index.js` (the list is `external` in
 * `scripts/bundle-options.json`): each is a bundle of its own beside it, loaded when the configuration asks for it, so that nobody else
 * pays for it at a cold start. `load-edwards.ts` has the one that the configuration itself needs.
 */
export const optionalParts = {
  /** Signatures by `jose`. */
  joseEngine: () => require('./access-token/jose-engine') as typeof import('./access-token/jose-engine'),
  /** HTTP APIs, payload format 2.0. */
  httpApi: () => require('./event/http-api') as typeof import('./event/http-api'),
  /** Secrets of API tokens that a newer one takes over from. */
  grace: () => require('./api-token/grace') as typeof import('./api-token/grace'),
  /** Networks of an API. */
  networks: () => require('./answer/networks') as typeof import('./answer/networks'),
  /** Paths that are written otherwise than routes are. */
  unusualPath: () => require('./answer/unusual-path') as typeof import('./answer/unusual-path'),
  /** What a caller is told whom nothing is allowed, or not this. */
  denial: () => require('./answer/denial') as typeof import('./answer/denial'),
  /** What is said of failures that a correct configuration does not have. */
  faults: () => require('./faults') as typeof import('./faults'),
  /** Tokens of the platform's own issuer, and revocations of what they are derived from. */
  ownIssuer: () => require('./access-token/own-issuer') as typeof import('./access-token/own-issuer'),
  /** Public keys of the platform's own issuer, where they are kept. */
  ownKeys: () => require('./access-token/own-keys') as typeof import('./access-token/own-keys'),
  /** Rule sets that are not enforced. */
  shadow: () => require('./routes/shadow') as typeof import('./routes/shadow'),
  /** Tokens that their issuer is asked about. */
  introspection: () => require('./introspection/introspection') as typeof import('./introspection/introspection'),
  /** Tokens of another form than that of RFC 9068. */
  tokenForm: () => require('./access-token/token-form') as typeof import('./access-token/token-form'),
  /** Tokens that are bound to their sender. */
  senderConstraint: () => require('./sender/sender-constraint') as typeof import('./sender/sender-constraint'),
};
