import type { Api } from '../model/types';
import type { Rule } from './rule';

/** CloudWatch, logs and people know a REST API by its name. */
export const duplicateApiName: Rule = {
  id: 'AUTHZ-018',
  title: 'Two APIs of one name',
  why: 'API Gateway allows it; CloudWatch adds up their metrics, so an alarm of one watches both, and people protect the wrong one.',
  cause: 'A copied module, or a name without the environment in it.',
  fix: 'Give every API of an account and region a name of its own.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html'],
  check: (model) =>
    model.apis
      .filter(({ kind }) => kind === 'managed')
      .map((api) => {
        const place = {
          stack: api.stack.name,
          address: api.address,
          constructPath: api.resource?.config?.constructPath,
          attribute: 'name',
        };
        const { name } = api;
        if (name.kind !== 'known') {
          return { ...place, verdict: 'unknown', message: 'its name is not known' } as const;
        }
        const others = model.apis.filter((other) => other !== api && sameStack(api, other) && sameName(api, other));
        return others.length === 0
          ? ({ ...place, verdict: 'pass', message: 'no other API of the stack has its name' } as const)
          : ({ ...place, verdict: 'fail', message: `${others[0]?.address} has the same name` } as const);
      }),
};

function sameStack(api: Api, other: Api): boolean {
  // Another configuration of the provider is another region, or another account.
  return (
    other.kind === 'managed' &&
    other.stack === api.stack &&
    other.resource?.config?.provider === api.resource?.config?.provider
  );
}

function sameName(api: Api, other: Api): boolean {
  return api.name.kind === 'known' && other.name.kind === 'known' && api.name.value === other.name.value;
}
