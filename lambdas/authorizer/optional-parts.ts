/**
 * Parts that only some configurations need. Each file in `optional/` is a bundle of its own beside the function's `index.js`,
 * loaded when the configuration asks for it, so that nobody else pays for it at a cold start.
 */
export const optionalParts = {
  /** Signatures by `jose`. */
  joseEngine: () => require('./optional/jose-engine') as typeof import('./optional/jose-engine'),
  /** Public keys of Ed25519. */
  edwards: () => require('./optional/edwards') as typeof import('./optional/edwards'),
  /** HTTP APIs, payload format 2.0. */
  httpApi: () => require('./optional/http-api') as typeof import('./optional/http-api'),
  /** Networks of an API. */
  networks: () => require('./optional/networks') as typeof import('./optional/networks'),
  /** Paths that are written otherwise than routes are. */
  unusualPath: () => require('./optional/unusual-path') as typeof import('./optional/unusual-path'),
  /** Rule sets that are not enforced. */
  shadow: () => require('./optional/shadow') as typeof import('./optional/shadow'),
  /** Tokens that their issuer is asked about. */
  introspection: () => require('./optional/introspection') as typeof import('./optional/introspection'),
  /** Tokens of another form than that of RFC 9068. */
  tokenForm: () => require('./optional/token-form') as typeof import('./optional/token-form'),
  /** Tokens that are bound to their sender. */
  senderConstraint: () => require('./optional/sender-constraint') as typeof import('./optional/sender-constraint'),
};
