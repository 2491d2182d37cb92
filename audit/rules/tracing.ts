import type { AuditModel } from '../model/types';
import type { Rule } from './rule';
import {
  blockOf,
  booleanOf,
  finding,
  type Judgement,
  judge,
  type Placed,
  resourcesOf,
  textOf,
} from './shared/resources';

/** A request can be followed through gateway, authorizer and backend. */
export const tracing: Rule = {
  id: 'LOG-009',
  title: 'No traces',
  why: 'A slow or failing request cannot be followed from the gateway through the authorizer to the backend.',
  cause: 'Tracing is off by default.',
  fix: 'Set xray_tracing_enabled = true on the stage and tracing_config { mode = "Active" } on the functions.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-3'],
  check: (model: AuditModel) => [
    ...resourcesOf(model, 'aws_api_gateway_stage').map((placed) =>
      finding(
        placed,
        'xray_tracing_enabled',
        judge(
          'xray_tracing_enabled',
          booleanOf(placed.resource.attributes, 'xray_tracing_enabled'),
          false,
          (on) => on,
          text,
        ),
      ),
    ),
    ...resourcesOf(model, 'aws_lambda_function').map((placed) =>
      finding(placed, 'tracing_config', judgeFunction(placed)),
    ),
  ],
};

function judgeFunction({ resource }: Placed): Judgement {
  const block = blockOf(resource.attributes, 'tracing_config');
  return block.kind === 'unknown'
    ? ['unknown', `tracing_config is ${block.cause}`]
    : judge(
        'tracing_config',
        block.kind === 'known' ? textOf(block.value, 'mode') : block,
        'PassThrough',
        (mode) => mode === 'Active',
        text,
      );
}

function text(_: unknown, passed: boolean): string {
  return passed ? 'it sends traces' : 'it sends no traces';
}
