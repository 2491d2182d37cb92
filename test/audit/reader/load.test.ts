import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditPath } from '../../../audit';
import { fixture, temporaryFolder, writeJson } from '../support';

const root = temporaryFolder();
let count = 0;

/** An output folder of cdktf with the good design as stack `api` and a small second one. */
function cdktfOut(): string {
  const out = join(root, `out-${count++}`);
  for (const stack of ['api', 'other']) {
    mkdirSync(join(out, 'stacks', stack), { recursive: true });
  }
  copyFileSync(join(fixture('good-json'), '..', 'main.tf.json'), join(out, 'stacks', 'api', 'cdk.tf.json'));
  writeJson(join(out, 'stacks', 'other'), 'cdk.tf.json', { resource: { aws_sqs_queue: { jobs: { name: 'jobs' } } } });
  return out;
}

function manifest(out: string, ...stacks: string[]): void {
  writeJson(out, 'manifest.json', { stacks: Object.fromEntries(stacks.map((name) => [name, { name }])) });
}

describe('a folder of cdktf', () => {
  test('every stack is read from its configuration', () => {
    const out = cdktfOut();

    const { stacks, matrix } = auditPath(out);

    expect(stacks).toMatchObject([
      { name: 'api', source: 'synth', file: 'stacks/api/cdk.tf.json', terraformVersion: null },
      { name: 'other', source: 'synth', file: 'stacks/other/cdk.tf.json', terraformVersion: null },
    ]);
    expect(matrix).toHaveLength(4);
  });

  test('a folder that the manifest does not list is a left-over', () => {
    const out = cdktfOut();
    manifest(out, 'other');

    expect(auditPath(out).stacks.map(({ name }) => name)).toEqual(['other']);
  });

  test('a stack that the manifest lists must be there', () => {
    const out = cdktfOut();
    manifest(out, 'api', 'gone');

    expect(() => auditPath(out)).toThrow('is missing, though manifest.json lists the stack');
  });

  test.each(['beside the stacks', 'in the folder of the stack'])('a plan %s is the source', (place) => {
    const out = cdktfOut();
    copyFileSync(
      fixture('good-json'),
      place === 'beside the stacks' ? join(out, 'api.plan.json') : join(out, 'stacks', 'api', 'plan.json'),
    );

    const [stack] = auditPath(out).stacks;

    expect(stack).toMatchObject({ name: 'api', source: 'plan+synth', terraformVersion: '1.11.4' });
  });

  test('two plans of one stack are refused', () => {
    const out = cdktfOut();
    copyFileSync(fixture('good-json'), join(out, 'api.plan.json'));
    copyFileSync(fixture('good-json'), join(out, 'stacks', 'api', 'plan.json'));

    expect(() => auditPath(out)).toThrow('is a second plan of stack api');
  });

  test('a plan in the folder of the plan command is the source', () => {
    const out = cdktfOut();
    mkdirSync(join(out, 'plans'));
    copyFileSync(fixture('good-json'), join(out, 'plans', 'api.plan.json'));

    expect(auditPath(out).stacks[0]).toMatchObject({ source: 'plan+synth', file: 'plans/api.plan.json' });
  });

  test.each([
    ['a constant', '"stage_name":"dev"', '"stage_name":"test"', 'aws_api_gateway_stage.dev has another stage_name'],
    [
      'a reference',
      '"authorization":"CUSTOM","authorizer_id":"${aws_api_gateway_authorizer.tokens.id}"',
      '"authorization":"CUSTOM"',
      'aws_api_gateway_method.region has another authorizer_id',
    ],
    ['a template', 'logs:PutLogEvents', 'logs:*', 'aws_iam_role_policy.backend has another policy'],
    ['an access rule', 'sales:list', 'sales:write', 'terraform_data.access_rules has another input'],
    [
      'a new resource',
      '"aws_kms_key":{',
      '"aws_kms_key":{"second":{"description":"x"},',
      'aws_kms_key.second is not in the plan',
    ],
    [
      'a removed resource',
      '"aws_cloudwatch_log_group":',
      '"//":',
      'aws_cloudwatch_log_group.backend is only in the plan',
    ],
  ])('a plan of another configuration, by %s, is told and not read', (_, from, to, reason) => {
    const out = cdktfOut();
    const file = join(out, 'stacks', 'api', 'cdk.tf.json');
    const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
    expect(text).toContain(from);
    writeJson(join(out, 'stacks', 'api'), 'cdk.tf.json', text.replace(from, to));
    copyFileSync(fixture('good-json'), join(out, 'api.plan.json'));

    const { stacks, notJudged } = auditPath(out);

    expect(stacks[0]).toMatchObject({ name: 'api', source: 'synth' });
    expect(notJudged).toContainEqual({
      stack: 'api',
      subject: 'api.plan.json',
      reason: expect.stringContaining(reason),
    });
  });

  test('a plan of a stack that is not synthesized is told and not read', () => {
    const out = cdktfOut();
    copyFileSync(fixture('route-without-rule'), join(out, 'former.plan.json'));

    const { stacks, notJudged } = auditPath(out);

    expect(stacks.map(({ name }) => name)).toEqual(['api', 'other']);
    expect(notJudged).toMatchObject([{ stack: 'former', subject: 'former.plan.json' }]);
  });

  test('the construct path comes from the configuration', () => {
    const out = cdktfOut();
    const file = join(out, 'stacks', 'api', 'cdk.tf.json');
    const text = readFileSync(file, 'utf8').replace(
      '"name": "acme-dev-sales-reports",',
      '"//": { "metadata": { "path": "api/Backend/Role" } }, "name": "acme-dev-sales-reports",',
    );
    writeJson(join(out, 'stacks', 'api'), 'cdk.tf.json', text);
    copyFileSync(fixture('good-json'), join(out, 'api.plan.json'));

    const { findings, stacks } = auditPath(out);

    expect(stacks[0]?.source).toBe('plan+synth');
    expect(findings.find(({ address }) => address === 'aws_iam_role.backend')?.construct).toBe('api/Backend/Role');
  });
});

describe('other inputs', () => {
  test('a folder of plans has a stack for each', () => {
    const folder = join(root, 'plans');
    mkdirSync(folder);
    copyFileSync(fixture('good'), join(folder, 'b.plan.json'));
    copyFileSync(fixture('nested-module'), join(folder, 'a.plan.json'));

    expect(auditPath(folder).stacks.map(({ name, file }) => [name, file])).toEqual([
      ['a', 'a.plan.json'],
      ['b', 'b.plan.json'],
    ]);
  });

  test('a folder of one stack is that stack', () => {
    const stack = join(cdktfOut(), 'stacks', 'api');

    expect(auditPath(stack).stacks).toMatchObject([{ name: 'api', source: 'synth', file: 'cdk.tf.json' }]);
  });

  test('a configuration file is read as one', () => {
    const file = join(cdktfOut(), 'stacks', 'api', 'cdk.tf.json');

    expect(auditPath(file).stacks).toMatchObject([{ name: 'cdk', source: 'synth', file: 'cdk.tf.json' }]);
  });
});
