/**
 * Tags of a usage plan. By platform and tier the token service finds the plans that the key of an application goes into; the API
 * is for people, and for reports on cost.
 */
export const USAGE_PLAN_TAGS = {
  /** `<prefix>-<environment>`: several platforms may share an account. */
  platform: 'gatehouse:platform',
  /** Id of the API. */
  api: 'gatehouse:api',
  /** Name of the tier. */
  tier: 'gatehouse:tier',
} as const;
