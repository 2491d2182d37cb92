import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProviderMirror, findTerraform } from '../../cli/terraform/discover';
import { planStacks, stackFolders, TerraformError } from '../../cli/terraform/plan';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { EXAMPLE, filesBelow, filesContaining, temporaryFolder } from '../e2e/support';

const COMMAND = resolve(__dirname, '../../dist/cli/main.js');
const binary = findTerraform();
const reason = binary === undefined ? ' (skipped: neither terraform nor tofu is on PATH)' : '';
const whereTerraformIs = binary === undefined ? describe.skip : describe;

type Json = Record<string, unknown>;

/** Real Terraform with the real provider on every stack of both environments of the example. */
whereTerraformIs(`the plans of the example${reason}`, () => {
  const folder = temporaryFolder();
  const out = join(folder.path, 'cdktf.out');
  const options = { binary: binary ?? '', mirror: findProviderMirror() };
  let plans: { stack: string; resources: number; file: string }[];
  let before: Map<string, string>;

  beforeAll(async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'canary-of-the-environment';
    synthesize(loadConfig(join(EXAMPLE, 'gatehouse.config.json')), out);
    before = contents(out);
    plans = await planStacks(stackFolders(out), join(folder.path, 'plans'), options);
  }, 600_000);

  afterAll(() => {
    delete process.env.AWS_SECRET_ACCESS_KEY;
    folder.remove();
  });

  test('Terraform validates and plans each stack of both environments', () => {
    expect(plans.map((plan) => plan.stack).sort()).toEqual([
      'gateway-homepage-dev',
      'gateway-homepage-prod',
      'gateway-identity-dev',
      'gateway-identity-prod',
      'platform-dev',
      'platform-prod',
    ]);
    for (const plan of plans) {
      const json = JSON.parse(readFileSync(plan.file, 'utf8')) as { errored?: boolean; resource_changes: Json[] };
      expect(json.errored).toBe(false);
      expect(plan.resources).toBeGreaterThan(8);
      expect(plan.resources).toBe(synthesizedResources(out, plan.stack));
      for (const change of json.resource_changes) {
        expect((change.change as Json).actions).toEqual(['create']);
      }
    }
  });

  test('nothing in the synthesized files is changed for it', () => {
    expect(contents(out)).toEqual(before);
  });

  test('the plans pass the plan audit', () => {
    const result = audit(join(folder.path, 'plans'), '--format', 'json');
    const { findings } = JSON.parse(result.stdout) as {
      findings: { verdict: string; rule: string; message: string }[];
    };
    expect(result.stdout).toContain('/v1/sales/{region}');
    expect(result.stderr).toBe('');
    expect(findings.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test('a route without a rule makes the plan audit fail with exit code 1', async () => {
    const seeded = join(folder.path, 'seeded');
    cpSync(join(out, 'stacks/gateway-homepage-dev'), seeded, { recursive: true });
    openRoute(join(seeded, 'cdk.tf.json'), '/v1/activity');
    const target = join(folder.path, 'seeded-plans');
    await planStacks(new Map([['gateway-homepage-dev', seeded]]), target, options);
    const result = audit(target);
    expect(result.status).toBe(1);
    expect(result.stdout).toContain('AUTHZ-001');
  }, 300_000);

  test('Terraform refuses an invalid stack in its own words', async () => {
    const broken = join(folder.path, 'broken');
    cpSync(join(out, 'stacks/platform-dev'), broken, { recursive: true });
    const file = join(broken, 'cdk.tf.json');
    const stack = JSON.parse(readFileSync(file, 'utf8')) as { resource: Record<string, Record<string, Json>> };
    Object.assign(Object.values(stack.resource.aws_lambda_function ?? {})[0] as Json, { runtime: 'nodejs4711.x' });
    writeFileSync(file, JSON.stringify(stack));
    const failure = await planStacks(new Map([['platform-dev', broken]]), join(folder.path, 'none'), options).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TerraformError);
    expect((failure as TerraformError).details).toContain('nodejs4711.x');
  }, 120_000);

  test('no secret and no machine stands in a synthesized file or a plan', () => {
    const needles = ['canary-of-the-environment', resolve(__dirname, '../..'), folder.path];
    expect(filesContaining(out, needles)).toEqual([]);
    expect(filesContaining(join(folder.path, 'plans'), needles)).toEqual([]);
    for (const plan of plans) {
      const types = new Set(
        (JSON.parse(readFileSync(plan.file, 'utf8')) as { resource_changes: { type: string }[] }).resource_changes.map(
          (change) => change.type,
        ),
      );
      // Each of these keeps a secret value in Terraform's state.
      for (const type of ['aws_api_gateway_api_key', 'aws_secretsmanager_secret_version', 'random_password']) {
        expect(types).not.toContain(type);
      }
    }
  });
});

describe('planStacks', () => {
  test('removes what it wrote when Terraform cannot be run', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder.path, 'stack'));
    writeFileSync(join(folder.path, 'stack/cdk.tf.json'), '{}');
    const run = planStacks(new Map([['x', join(folder.path, 'stack')]]), join(folder.path, 'out'), {
      binary: join(folder.path, 'no-such-terraform'),
    });
    await expect(run).rejects.toThrow('terraform init refused the stack x');
    expect(readdirSync(join(folder.path, 'out'))).toEqual([]);
    rmSync(folder.path, { recursive: true });
  });
});

function audit(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [COMMAND, 'audit', ...argv], { encoding: 'utf8', maxBuffer: 1 << 26 });
}

function contents(folder: string): Map<string, string> {
  return new Map(filesBelow(folder).map((file) => [file, readFileSync(file, 'base64')]));
}

function synthesizedResources(out: string, stack: string): number {
  const { resource } = JSON.parse(readFileSync(join(out, 'stacks', stack, 'cdk.tf.json'), 'utf8')) as {
    resource: Record<string, Json>;
  };
  return Object.values(resource).reduce((sum, byName) => sum + Object.keys(byName).length, 0);
}

/** Takes the authorizer and the access rule from the methods of one path, as a careless edit would. */
function openRoute(file: string, path: string): void {
  const stack = JSON.parse(readFileSync(file, 'utf8')) as { resource: Record<string, Record<string, Json>> };
  const rules = Object.values(stack.resource.terraform_data ?? {})[0] as { input: { routes: Record<string, unknown> } };
  const keys = Object.keys(rules.input.routes).filter((key) => key === `GET ${path}`);
  expect(keys).toHaveLength(1);
  for (const key of keys) {
    delete rules.input.routes[key];
  }
  const method = Object.values(stack.resource.aws_api_gateway_method ?? {}).find(
    (candidate) => candidate.operation_name === 'listActivity' && candidate.http_method === 'GET',
  );
  expect(method).toBeDefined();
  Object.assign(method as Json, { authorization: 'NONE' });
  delete (method as Json).authorizer_id;
  writeFileSync(file, JSON.stringify(stack));
}
