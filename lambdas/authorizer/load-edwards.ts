/**
 * The check of public keys of Ed25519, which few issuers have. A part like those of `optional-parts.ts`, but the configuration
 * checks keys too, and most parts read the configuration: the loader is apart from them, so that no circle arises.
 */
export const loadEdwards = () => require('./access-token/edwards') as typeof import('./access-token/edwards');
