import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { booleanOf, finding, judge, resourcesOf } from './shared/resources';

/** Requests and answers are not written to the log as they are. */
export const dataTrace: Rule = {
  id: 'LOG-007',
  title: 'Full requests and answers in the log',
  why: 'Data tracing writes whole bodies and headers to CloudWatch, tokens and personal data among them. AWS advises against it in production.',
  cause: 'Tracing was switched on to find a fault, and stayed on.',
  fix: 'Set data_trace_enabled = false.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html'],
  check: (model) => [
    ...inBlock(model, 'aws_api_gateway_method_settings', 'settings'),
    ...inBlock(model, 'aws_apigatewayv2_stage', 'default_route_settings'),
  ],
};

function inBlock(model: AuditModel, type: string, name: string): RuleFinding[] {
  return resourcesOf(model, type).flatMap((placed) => {
    const blocks = placed.resource.attributes.blocks(name);
    const block = blocks.kind === 'known' ? blocks.value[0] : undefined;
    return block === undefined
      ? []
      : [
          finding(
            placed,
            `${name} data_trace_enabled`,
            judge(
              'data_trace_enabled',
              booleanOf(block, 'data_trace_enabled'),
              false,
              (on) => !on,
              (_, passed) => (passed ? 'bodies are not logged' : 'whole requests and answers are logged'),
            ),
          ),
        ];
  });
}
