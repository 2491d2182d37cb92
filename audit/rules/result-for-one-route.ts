import type { Authorizer, Stage } from '../model/types';
import { is } from '../three-valued';
import { aboutAuthorizer, type Rule } from './rule';
import type { Judgement } from './shared/resources';

const NEEDED = ['context.httpMethod', 'context.resourcePath'];

/** An answer for one route is kept for that route alone. */
export const resultForOneRoute: Rule = {
  id: 'AUTHZ-019',
  title: 'Answer for one route that is kept for others',
  why: 'The stage asks the authorizer for answers for one route (stage variable gatehouseResults). Kept for the token alone, such an answer decides about every other route too.',
  cause: 'identity_source was changed, or the stage variable was set on a gateway that the kit did not make.',
  fix: 'Add context.httpMethod and context.resourcePath to identity_source, set the time to live to 0, or take the stage variable away.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html',
  ],
  check: (model) =>
    model.authorizers.flatMap((authorizer) => {
      const stages = authorizer.api?.protocol === 'REST' ? authorizer.api.stages : [];
      const isAsked = stages.some(({ resultsVariable }) => resultsVariable.kind !== 'absent');
      if (!isAsked) {
        return [];
      }
      const [verdict, message] = judge(authorizer, stages);
      return [{ ...aboutAuthorizer(authorizer), attribute: 'identity_source', verdict, message }];
    }),
};

function judge({ ttlSeconds, identitySource }: Authorizer, stages: readonly Stage[]): Judgement {
  if (is(ttlSeconds, 0)) {
    return ['pass', 'no answer is kept'];
  }
  const sources = identitySource.kind === 'known' ? identitySource.value.split(',').map((source) => source.trim()) : [];
  if (NEEDED.every((source) => sources.includes(source))) {
    return ['pass', 'an answer is kept for method and resource'];
  }
  const isKnown = stages.some(({ resultsVariable }) => is(resultsVariable, 'route')) && ttlSeconds.kind !== 'unknown';
  if (!isKnown || identitySource.kind === 'unknown') {
    return ['unknown', 'its time to live, its identity sources or the stage variable gatehouseResults are not known'];
  }
  const missing = NEEDED.filter((source) => !sources.includes(source)).join(' and ');
  return ['fail', `answers are for one route, and are kept without regard to ${missing}`];
}
