import type { RestGatewayProps } from '../../../constructs/gateway';
import { Template } from '../../support/template';
import { gateway } from './fixture';

const template = (props: Partial<RestGatewayProps>): Template => Template.of((stack) => gateway(stack, props));

const groups = (props: Partial<RestGatewayProps>) =>
  Object.values(template(props).resources('aws_cloudwatch_log_group')).filter(({ name }) =>
    String(name).startsWith('API-Gateway-Execution-Logs_'),
  );

describe('the execution log', () => {
  test.each(['ERROR', 'INFO'] as const)(
    'at level %s has the group that API Gateway would make, with a retention',
    (level) => {
      expect(
        groups({
          executionLogging: level,
          accessLogRetentionDays: 90,
          accessLogKeyArn: 'arn:aws:kms:eu-west-1:1:key/k',
          tags: { a: 'b' },
        }),
      ).toEqual([
        expect.objectContaining({
          name: expect.stringMatching(/^API-Gateway-Execution-Logs_\$\{aws_api_gateway_rest_api\.[^}]+\.id\}\/dev$/),
          retention_in_days: 90,
          kms_key_id: 'arn:aws:kms:eu-west-1:1:key/k',
          tags: { a: 'b' },
        }),
      ]);
    },
  );

  test('is kept for a year unless it is said otherwise', () => {
    expect(groups({ executionLogging: 'INFO' })[0]).toMatchObject({ retention_in_days: 365 });
  });

  test.each([{ executionLogging: 'OFF' }, {}] as const)('has no group where nothing is written: %j', (props) => {
    expect(groups(props)).toEqual([]);
  });

  test('has its group before API Gateway is told to write', () => {
    const made = template({ executionLogging: 'ERROR' });
    const [address] = Object.entries(made.resources('aws_cloudwatch_log_group')).find(([, { name }]) =>
      String(name).startsWith('API-Gateway-Execution-Logs_'),
    ) ?? [''];
    const [settings] = Object.values(made.resources('aws_api_gateway_method_settings'));
    expect(settings?.depends_on).toEqual([`aws_cloudwatch_log_group.${address}`]);
  });
});
