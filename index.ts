/**
 * The constructs, all of them: what `gatehouse/constructs/*` exports by folder. Stacks, plan audit, backend helper and sandbox are loaded
 * by their own names, `gatehouse/stacks`, `/audit`, `/backend`, `/sandbox`.
 */
export * from './constructs/api';
export * from './constructs/authorizer';
export * from './constructs/gateway';
export * from './constructs/identity';
export * from './constructs/observability';
export * from './constructs/rotation';
export * from './constructs/support';
export * from './constructs/tokens';
export * from './constructs/trail';
export * from './constructs/usage';
