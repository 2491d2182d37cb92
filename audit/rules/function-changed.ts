import type { Rule } from './rule';
import { changesIn } from './shared/changed-resources';

/** What a function runs and is given is looked at when it changes. */
export const functionChanged: Rule = {
  id: 'CHANGE-004',
  title: 'What a function runs or is given changed',
  why: 'Layers, handlers and environment variables decide what a function does as much as its code, and no review of code shows them.',
  cause: 'Ordinary development; or somebody who may change settings and not code.',
  fix: 'Look at each value that changed; where the change is part of a release, accept it by a waiver that ends with it, or fail on high severities only.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/lambda-security.html'],
  check: (model, policy) => changesIn(model, policy, 'function'),
};
