import type { Rule } from './rule';
import { DATA_TYPES, guard } from './shared/stateful';

/** Data, credentials and history are not destroyed in passing. */
export const statefulDestroyed: Rule = {
  id: 'STATE-001',
  title: 'Stateful resource destroyed',
  why: 'What it holds is gone, or can be brought back only within a window that starts now.',
  cause: 'A resource was renamed, moved to another stack, or removed with the code around it.',
  fix: 'Write a moved or import block, or keep the resource. Where it is meant: an approval for this plan (a waiver bound to its hash).',
  severity: 'critical',
  references: ['https://developer.hashicorp.com/terraform/language/moved'],
  check: (model) =>
    guard(model, new Set(DATA_TYPES.keys()), ['delete'], (type) => `the plan destroys it: ${DATA_TYPES.get(type)}`),
};
