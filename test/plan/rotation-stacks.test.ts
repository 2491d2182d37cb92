import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProviderMirror, findTerraform } from '../../cli/terraform/discover';
import { planStacks, stackFolders } from '../../cli/terraform/plan';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { temporaryFolder, writeExampleConfig } from '../e2e/support';
import { everyRotation } from '../stacks/rotation-settings';

const COMMAND = resolve(__dirname, '../../dist/cli/main.js');
const binary = findTerraform();
const reason = binary === undefined ? ' (skipped: neither terraform nor tofu is on PATH)' : '';
const whereTerraformIs = binary === undefined ? describe.skip : describe;

whereTerraformIs(`the plans of every kind of rotation${reason}`, () => {
  const folder = temporaryFolder();
  const out = join(folder.path, 'cdktf.out');
  const plansFolder = join(folder.path, 'plans');
  let types: Map<string, number>;

  beforeAll(async () => {
    const config = writeExampleConfig(folder.path, (example) => ({
      ...example,
      alarms: { topicArns: ['arn:aws:sns:eu-west-1:123456789012:alarms'] },
      rotation: everyRotation({
        api: 'homepage',
        application: 'home-page',
        upstream: 'https://crm.example',
        tokenUrl: 'https://login.example/oauth2/token',
      }),
    }));
    synthesize(loadConfig(config), out);
    const folders = new Map([...stackFolders(out)].filter(([stack]) => stack === 'platform-dev'));
    const plans = await planStacks(folders, plansFolder, { binary: binary ?? '', mirror: findProviderMirror() });
    types = new Map();
    for (const { file } of plans) {
      const { resource_changes: changes } = JSON.parse(readFileSync(file, 'utf8')) as {
        resource_changes: { type: string }[];
      };
      for (const { type } of changes) types.set(type, (types.get(type) ?? 0) + 1);
    }
  }, 600_000);

  afterAll(folder.remove);

  test('Terraform takes them', () => {
    expect(Object.fromEntries(types)).toMatchObject({
      aws_secretsmanager_secret: 5,
      aws_secretsmanager_secret_policy: 5,
      aws_secretsmanager_secret_rotation: 5,
      // Three of each rotation, and the schedules of sealer and sweeper.
      aws_cloudwatch_event_rule: 17,
    });
  });

  test('they pass the plan audit without a finding', () => {
    expect(audit(plansFolder)).toContain('0 fail, 0 unknown');
  });

  test('with their gateways they pass it too, and the key set is public with its reason', () => {
    expect(audit(out)).toMatch(/GET +\/\.well-known\/jwks\.json +public/);
  });

  test('none of them has a resource that keeps a value in the state', () => {
    for (const type of [
      'aws_api_gateway_api_key',
      'aws_api_gateway_usage_plan_key',
      'aws_secretsmanager_secret_version',
      'random_password',
      'tls_private_key',
    ]) {
      expect([...types.keys()]).not.toContain(type);
    }
  });
});

/** What the plan audit prints; anything but success is a failure. */
function audit(path: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'audit', path], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}
