import { is } from '../three-valued';
import type { Rule } from './rule';
import { Functions } from './shared/functions';
import { finding, judge, numberOf, resourcesOf } from './shared/resources';

/** Without a cache every request invokes the authorizer, which then needs concurrency of its own. */
export const uncachedAuthorizerConcurrency: Rule = {
  id: 'AUTHZ-008',
  title: 'Uncached authorizer without concurrency of its own',
  why: 'Every request invokes it, and when another function uses up the concurrency of the account, every request gets 500.',
  cause: 'The time to live is 0, which strict revocation asks for.',
  fix: 'Reserve concurrency for the function of the authorizer, or keep answers for some seconds.',
  severity: 'info',
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html'],
  check: (model) => {
    const functions = new Functions(model);
    const uncached = new Set(
      model.authorizers
        .filter(({ ttlSeconds }) => is(ttlSeconds, 0))
        .map(({ address, stack }) => `${stack.name} ${address}`),
    );
    return resourcesOf(model, 'aws_api_gateway_authorizer')
      .filter(({ stack, resource }) => uncached.has(`${stack.name} ${resource.address}`))
      .map((placed) => {
        const target = functions.target(placed, 'authorizer_uri');
        const made = target.kind === 'known' ? target.value.placed : undefined;
        if (made === undefined) {
          return finding(placed, 'authorizer_uri', ['unknown', 'its function is not in what was read']);
        }
        const reserved = numberOf(made.resource.attributes, 'reserved_concurrent_executions');
        const message = (_: number, passed: boolean) =>
          passed ? 'its function has concurrency of its own' : 'its function shares the concurrency of the account';
        return finding(
          placed,
          'authorizer_uri',
          judge('its reserved concurrency', reserved, -1, (n) => n > 0, message),
        );
      });
  },
};
