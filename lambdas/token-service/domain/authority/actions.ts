/**
 * What can be done through the token service, as `<kind of object>.<verb>`. Every route names its action, and the table of rights has a
 * row for each.
 */
export const ACTIONS = [
  'token.read',
  'token.self',
  'token.issue',
  'token.validate',
  'token.update',
  'token.disable',
  'token.enable',
  'token.rotate',
  'token.end-grace',
  'token.revoke',
  'bulk.start',
  'bulk.read',
  'application.read',
  'application.register',
  'application.update',
  'application.maintain',
  'application.transfer',
  'application.archive',
  'team.create',
  'team.read',
  'team.update',
  'team.archive',
  'member.add',
  'member.change',
  'member.remove',
  'catalogue.read',
  'policy.read',
  'usage.read',
  'hygiene.read',
  'trail.read',
  'trail.export',
  'revocation.read',
  'revocation.add',
  'revocation.remove',
] as const;

export type Action = (typeof ACTIONS)[number];
