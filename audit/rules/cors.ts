import type { AuditModel } from '../model/types';
import { is, type Verdict } from '../three-valued';
import { aboutRoute, type Rule, type RuleFinding, routeName } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const RESPONSES = ['aws_api_gateway_integration_response', 'aws_api_gateway_gateway_response'];
const ORIGIN = /\.header\.access-control-allow-origin$/i;
const CREDENTIALS = /\.header\.access-control-allow-credentials$/i;

/** Preflight requests carry no credentials, and answers with credentials name their origin. */
export const cors: Rule = {
  id: 'AUTHZ-005',
  title: 'CORS that cannot work, or that trusts every origin',
  why: 'Browsers send OPTIONS without a token, so an authorizer there breaks every call. Credentials for every origin let any web page act for its visitor.',
  cause: 'An authorizer is set on the whole resource; or "*" is written beside Allow-Credentials.',
  fix: 'Answer OPTIONS from a MOCK integration with NONE, and name the origins that may send credentials.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html'],
  check: (model) => [...preflights(model), ...responses(model), ...httpApis(model)],
};

function preflights(model: AuditModel): RuleFinding[] {
  return model.routes
    .filter((route) => is(route.method, 'OPTIONS') && is(route.integration, 'MOCK'))
    .map((route) => {
      const verdict: Verdict =
        route.authorization.kind !== 'known' ? 'unknown' : route.authorization.value === 'NONE' ? 'pass' : 'fail';
      const message = {
        pass: 'a preflight without authorization',
        fail: 'a preflight that asks for authorization, which browsers do not send',
        unknown: 'its authorization is not known',
      }[verdict];
      return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
    });
}

function responses(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, ...RESPONSES).flatMap((placed) => {
    const parameters = placed.resource.attributes.object('response_parameters');
    if (parameters.whollyUnknown) {
      return placed.resource.attributes.configured('response_parameters')
        ? [finding(placed, 'response_parameters', ['unknown', 'its headers are not known'])]
        : [];
    }
    const named = (pattern: RegExp) => {
      const name = parameters.names().find((item) => pattern.test(item));
      return name === undefined ? undefined : parameters.string(name);
    };
    const credentials = named(CREDENTIALS);
    if (credentials === undefined || is(credentials, "'false'")) {
      return [];
    }
    const origin = named(ORIGIN);
    const answer: Judgement =
      origin === undefined
        ? ['pass', 'credentials, and no origin that may read the answer']
        : credentials.kind !== 'known' || origin.kind !== 'known'
          ? ['unknown', 'whether every origin may send credentials is not known']
          : originJudgement(origin.value.includes('*'));
    return [finding(placed, 'response_parameters', answer)];
  });
}

function httpApis(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, 'aws_apigatewayv2_api').flatMap((placed: Placed) => {
    const blocks = placed.resource.attributes.blocks('cors_configuration');
    const cors = blocks.kind === 'known' ? blocks.value[0] : undefined;
    if (cors === undefined || !is(cors.boolean('allow_credentials'), true)) {
      return [];
    }
    const origins = cors.value('allow_origins');
    const answer: Judgement =
      origins.kind === 'unknown'
        ? ['unknown', `allow_origins are ${origins.cause}`]
        : originJudgement(origins.kind === 'known' && JSON.stringify(origins.value).includes('*'));
    return [finding(placed, 'cors_configuration', answer)];
  });
}

function originJudgement(every: boolean): Judgement {
  return every
    ? ['fail', 'every origin may read answers to requests with credentials']
    : ['pass', 'credentials are for named origins'];
}
