import type { Rule } from './rule';
import { blockOf, booleanOf, finding, type Judgement, judge, type Placed, resourcesOf } from './shared/resources';

/** Records of tokens and sessions end by themselves. */
export const tokenTableTimeToLive: Rule = {
  id: 'DATA-005',
  title: 'Token table without a time to live',
  why: 'Records of expired tokens stay for ever: personal data beyond its purpose, and a table that only grows.',
  cause: 'The ttl block was left out, or switched off while the attribute was renamed.',
  fix: 'Set ttl { attribute_name, enabled = true } for the attribute that holds the end of a record.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html'],
  check: (model) =>
    resourcesOf(model, 'aws_dynamodb_table')
      .filter(holdsTokens)
      .map((placed) => finding(placed, 'ttl', judgeTable(placed))),
};

/** By its name: a plan does not tell what a table holds. */
function holdsTokens({ resource }: Placed): boolean {
  const name = resource.attributes.string('name');
  return name.kind === 'known' && /token|session|nonce|replay/i.test(name.value);
}

function judgeTable({ resource }: Placed): Judgement {
  const block = blockOf(resource.attributes, 'ttl');
  if (block.kind === 'unknown') {
    return ['unknown', `ttl is ${block.cause}`];
  }
  const enabled = block.kind === 'known' ? booleanOf(block.value, 'enabled') : block;
  return judge(
    'ttl',
    enabled,
    false,
    (on) => on,
    (_, passed) => (passed ? 'its records end by themselves' : 'its records stay for ever'),
  );
}
