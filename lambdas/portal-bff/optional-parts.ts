/**
 * Parts that only some requests need. The bundler leaves them out of `index.js` (the list is `external` in `scripts/bundle-options.json`):
 * each is a bundle of its own beside it, so that nobody else pays for it at a cold start.
 */
export const optionalParts = {
  /** What talks to providers: sign-in, logout, and a look now and then whether a person still may sign in. */
  relyingParty: () => require('./sign-in/relying-party') as typeof import('./sign-in/relying-party'),
};
