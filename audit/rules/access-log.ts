import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Who called what is written down. */
export const accessLog: Rule = {
  id: 'LOG-001',
  title: 'Stage without an access log',
  why: 'Nobody can tell afterwards who called what, with which token, and whether it was let in.',
  cause: 'access_log_settings is optional.',
  fix: 'Set access_log_settings with a log group and a format.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-9',
  ],
  check: (model) =>
    resourcesOf(model, 'aws_api_gateway_stage', 'aws_apigatewayv2_stage').map((placed) =>
      finding(placed, 'access_log_settings', judge(placed)),
    ),
};

function judge({ resource }: Placed): Judgement {
  const blocks = blocksOf(resource.attributes, 'access_log_settings');
  if (blocks.kind !== 'known') {
    return ['unknown', 'access_log_settings are not known'];
  }
  return blocks.value.length > 0 ? ['pass', 'it writes an access log'] : ['fail', 'it writes no access log'];
}
