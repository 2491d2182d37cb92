import type { Rule } from './rule';
import { guard } from './shared/stateful';

/** The keys that callers hold stay valid. */
export const apiKeyReplaced: Rule = {
  id: 'STATE-006',
  title: 'API key destroyed or replaced',
  why: 'A new key has a new value: every client that holds the old one is refused from that moment on.',
  cause: 'The name or the value of the key was changed, which AWS cannot do in place.',
  fix: 'Make a second key, hand it out, and remove the first when its last use is past. Where it is meant: an approval for this plan.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html'],
  check: (model) =>
    guard(model, new Set(['aws_api_gateway_api_key']), ['delete', 'replace'], (_, removal, cause) =>
      removal === 'delete'
        ? 'the plan destroys it, and its clients are refused'
        : `the plan replaces it${cause}, and its clients are refused`,
    ),
};
