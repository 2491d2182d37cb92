import type { Rule } from './rule';
import { changesIn } from './shared/changed-resources';

/** What a request passes on its way stays what was reviewed. */
export const requestPathChanged: Rule = {
  id: 'CHANGE-001',
  title: 'What guards or answers a route changed',
  why: 'Another function decides, another integration answers, or a guard holds back less: the route looks as before, and is not.',
  cause:
    'An address, a role or a template was edited, a firewall rule was set to count while somebody looked for a fault.',
  fix: 'Compare both values with what was reviewed; where the change is meant, have the owner of the route approve it.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html'],
  check: (model, policy) => changesIn(model, policy, 'request'),
};
