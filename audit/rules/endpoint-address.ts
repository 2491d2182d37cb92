import type { Rule } from './rule';
import { ADDRESS_TYPES, guard } from './shared/stateful';

/** The address that callers know stays. */
export const endpointAddress: Rule = {
  id: 'STATE-007',
  title: 'Endpoint address changes',
  why: 'The id of an API is part of its address: every client, every DNS record and every permission that names it breaks.',
  cause: 'A name or an endpoint type was changed that makes a replacement, or the API was moved to another stack.',
  fix: 'Put a custom domain before the API first, or take the change back. Where it is meant: an approval for this plan.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html'],
  check: (model) =>
    guard(model, ADDRESS_TYPES, ['delete', 'replace'], (_, removal, cause) =>
      removal === 'delete'
        ? 'the plan destroys it, and its address with it'
        : `the plan replaces it${cause}, and its address changes`,
    ),
};
