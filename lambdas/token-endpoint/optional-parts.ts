/**
 * Parts that only some requests need. The bundler leaves them out of `index.js` (the list is `external` in `scripts/bundle-options.json`):
 * each is a bundle of its own beside it, so that nobody else pays for it at a cold start.
 */
export const optionalParts = {
  /** Clients that authenticate by a certificate. */
  certificate: () => require('./clients/certificate') as typeof import('./clients/certificate'),
};
