import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSynth, type SynthModel } from '../../../sandbox/synth';
import { createFixture, type Fixture } from '../support/fixture';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:gh-dev-backend';
const RULE = 'arn:aws:events:eu-west-1:123456789012:rule/gh-dev-reap';

describe('rotations and schedules of the stacks', () => {
  let folder: string;
  let fixture: Fixture;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-synth-'));
    fixture = createFixture(join(folder, 'out'));
    fixture.platform
      .add('aws_secretsmanager_secret', 'rotated', { name: 'gh-dev-rotated' })
      .add('aws_secretsmanager_secret_rotation', 'rotated', {
        secret_id: '${aws_secretsmanager_secret.rotated.arn}',
        rotation_lambda_arn: FUNCTION,
        rotation_rules: { schedule_expression: 'cron(0 3 1 * ? *)', duration: '2h' },
        rotate_immediately: false,
      })
      .add('aws_cloudwatch_event_rule', 'reap', { name: 'gh-dev-reap', schedule_expression: 'rate(1 hour)' })
      .add('aws_cloudwatch_event_target', 'reap', {
        rule: '${aws_cloudwatch_event_rule.reap.name}',
        arn: FUNCTION,
        input: '{"action":"reap"}',
      });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function read(): SynthModel {
    fixture.write();
    return readSynth({ synthDir: join(folder, 'out'), environment: 'dev', stateDir: join(folder, 'state') });
  }

  const rotationOf = (model: SynthModel) => model.secrets.find(({ name }) => name === 'gh-dev-rotated')?.rotation;

  test('a secret has the rotation that names it', () => {
    expect(rotationOf(read())).toEqual({
      lambdaArn: FUNCTION,
      rules: { scheduleExpression: 'cron(0 3 1 * ? *)', duration: '2h' },
      rotateImmediately: false,
    });
  });

  test('a rotation that does not say so begins at once, as with the provider', () => {
    delete fixture.platform.body('aws_secretsmanager_secret_rotation', 'rotated').rotate_immediately;
    expect(rotationOf(read())?.rotateImmediately).toBe(true);
  });

  test('a rotation without rules is refused with its address', () => {
    delete fixture.platform.body('aws_secretsmanager_secret_rotation', 'rotated').rotation_rules;
    expect(read).toThrow('aws_secretsmanager_secret_rotation.rotated has no rotation_rules');
  });

  test('a property that would be lost is refused', () => {
    fixture.platform.body('aws_secretsmanager_secret_rotation', 'rotated').external = 'x';
    expect(read).toThrow('has external, which the sandbox does not support');
  });

  test('a rate whose target is a function is a schedule with its event', () => {
    expect(read().schedules).toEqual([
      {
        ruleName: 'gh-dev-reap',
        ruleArn: RULE,
        everySeconds: 3600,
        functionArn: FUNCTION,
        input: { action: 'reap' },
      },
    ]);
  });

  test('a schedule whose function EventBridge may not call is told of', () => {
    expect(read().notes).toContainEqual(
      expect.stringContaining('schedule gh-dev-reap: function gh-dev-backend has no permission'),
    );
    fixture.platform.add('aws_lambda_permission', 'reap', {
      action: 'lambda:InvokeFunction',
      function_name: FUNCTION,
      principal: 'events.amazonaws.com',
      source_account: '123456789012',
      source_arn: RULE,
    });
    expect(read().notes.filter((note) => note.includes('schedule gh-dev-reap'))).toEqual([]);
  });

  test('any other schedule is told of', () => {
    fixture.platform.body('aws_cloudwatch_event_rule', 'reap').schedule_expression = 'cron(0 3 * * ? *)';
    const { schedules, notes } = read();
    expect(schedules).toEqual([]);
    expect(notes).toContainEqual(expect.stringContaining('the schedule cron(0 3 * * ? *) is not run'));
  });

  test('an input that is no JSON is refused', () => {
    fixture.platform.body('aws_cloudwatch_event_target', 'reap').input = '{';
    expect(read).toThrow('aws_cloudwatch_event_target.reap.input is not JSON');
  });
});
