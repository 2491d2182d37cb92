import { readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type LocalAws, secretArn } from '../../../sandbox/aws';
import { AwsLab, clientConfig, errorOf } from './support';

const NAME = 'gh-dev-pepper';
const T1 = '00000000-0000-4000-8000-000000000001';
const T2 = '00000000-0000-4000-8000-000000000002';
const T3 = '00000000-0000-4000-8000-000000000003';

let lab: AwsLab;
let aws: LocalAws;
let client: SecretsManagerClient;

async function start(): Promise<void> {
  aws = await lab.start({
    secrets: [{ name: NAME, description: 'pepper' }],
    region: 'eu-central-1',
    accountId: '123456789012',
  });
  client = new SecretsManagerClient(clientConfig(aws));
}

beforeEach(async () => {
  lab = new AwsLab();
  await start();
});
afterEach(async () => {
  client.destroy();
  await lab.dispose();
});

const put = (token: string, value: string, stages?: string[]) =>
  client.send(
    new PutSecretValueCommand({
      SecretId: NAME,
      ClientRequestToken: token,
      SecretString: value,
      ...(stages ? { VersionStages: stages } : {}),
    }),
  );
const get = (request: { VersionId?: string; VersionStage?: string } = {}, id = NAME) =>
  client.send(new GetSecretValueCommand({ SecretId: id, ...request }));
const move = (request: { stage?: string; from?: string; to?: string }) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: NAME,
      VersionStage: request.stage ?? 'AWSCURRENT',
      RemoveFromVersionId: request.from,
      MoveToVersionId: request.to,
    }),
  );
const stages = async () => (await client.send(new DescribeSecretCommand({ SecretId: NAME }))).VersionIdsToStages;

describe('a planned secret', () => {
  test('exists without a version', async () => {
    const described = await client.send(new DescribeSecretCommand({ SecretId: NAME }));
    expect(described).toMatchObject({ Name: NAME, Description: 'pepper', CreatedDate: expect.any(Date) });
    expect(described.VersionIdsToStages).toBeUndefined();
    expect(described.RotationEnabled).toBeUndefined();
  });

  test('has no value until one is put', async () => {
    expect(await errorOf(get())).toEqual({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      status: 400,
    });
  });

  test('is found by name, ARN and ARN without the suffix', async () => {
    await put(T1, 'one');
    const arn = secretArn({ name: NAME, region: 'eu-central-1', accountId: '123456789012' });
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:gh-dev-pepper-[0-9a-f]{6}$/);
    for (const id of [NAME, arn, arn.slice(0, -7)]) {
      expect(await get({}, id)).toMatchObject({ ARN: arn, Name: NAME, SecretString: 'one' });
    }
  });

  test('another secret is not found', async () => {
    expect(await errorOf(get({}, 'gh-dev-other'))).toEqual({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
      status: 400,
    });
  });
});

describe('PutSecretValue', () => {
  test('the first version becomes AWSCURRENT', async () => {
    expect(await put(T1, 'one')).toMatchObject({ VersionId: T1, VersionStages: ['AWSCURRENT'] });
    expect(await get()).toMatchObject({ SecretString: 'one', VersionId: T1, CreatedDate: expect.any(Date) });
  });

  test('the first version becomes AWSCURRENT even when it was put as pending', async () => {
    await put(T1, 'one', ['AWSPENDING']);
    expect(await stages()).toEqual({ [T1]: ['AWSPENDING', 'AWSCURRENT'] });
  });

  test('a second version moves AWSCURRENT and leaves AWSPREVIOUS', async () => {
    await put(T1, 'one');
    await put(T2, 'two');
    expect(await stages()).toEqual({ [T1]: ['AWSPREVIOUS'], [T2]: ['AWSCURRENT'] });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
  });

  test('a third version deprecates the first', async () => {
    for (const [token, value] of [
      [T1, 'one'],
      [T2, 'two'],
      [T3, 'three'],
    ] as const)
      await put(token, value);
    expect(await stages()).toEqual({ [T2]: ['AWSPREVIOUS'], [T3]: ['AWSCURRENT'] });
    expect(await get({ VersionId: T1 })).toMatchObject({ SecretString: 'one' });
  });

  test('a pending version leaves AWSCURRENT where it is', async () => {
    await put(T1, 'one');
    await put(T2, 'two', ['AWSPENDING']);
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T2]: ['AWSPENDING'] });
    expect(await get({ VersionId: T2, VersionStage: 'AWSPENDING' })).toMatchObject({ SecretString: 'two' });
  });

  test('a pending version takes the label from an earlier one', async () => {
    await put(T1, 'one');
    await put(T2, 'two', ['AWSPENDING']);
    await put(T3, 'three', ['AWSPENDING']);
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T3]: ['AWSPENDING'] });
  });

  test('the same token and value changes nothing', async () => {
    await put(T1, 'one');
    await put(T2, 'two');
    expect(await put(T1, 'one')).toMatchObject({ VersionId: T1, VersionStages: ['AWSPREVIOUS'] });
    expect(await stages()).toEqual({ [T1]: ['AWSPREVIOUS'], [T2]: ['AWSCURRENT'] });
  });

  test('the same token with another value is refused without naming a value', async () => {
    await put(T1, 'one-canary');
    const error = await errorOf(put(T1, 'two-canary'));
    expect(error).toMatchObject({ name: 'ResourceExistsException', status: 400 });
    expect(error.message).not.toContain('canary');
    expect(await get()).toMatchObject({ SecretString: 'one-canary' });
  });

  test('a binary value comes back as it went in', async () => {
    const bytes = Uint8Array.from([0, 255, 128, 10]);
    await client.send(new PutSecretValueCommand({ SecretId: NAME, ClientRequestToken: T1, SecretBinary: bytes }));
    const got = await get();
    expect(Buffer.from(got.SecretBinary ?? [])).toEqual(Buffer.from(bytes));
    expect(got.SecretString).toBeUndefined();
  });

  test.each([
    ['no value', {}, 'InvalidRequestException', 'either SecretString or SecretBinary'],
    [
      'both kinds',
      { SecretString: 'a', SecretBinary: new Uint8Array([1]) },
      'InvalidParameterException',
      'both a binary',
    ],
    [
      'a short token',
      { SecretString: 'a', ClientRequestToken: 'short' },
      'InvalidParameterException',
      'ClientRequestToken',
    ],
    ['no label', { SecretString: 'a', VersionStages: [] }, 'InvalidParameterException', 'VersionStages'],
    ['a long value', { SecretString: 'a'.repeat(65_537) }, 'InvalidParameterException', 'SecretString'],
  ])('%s is refused', async (_what, input, name, text) => {
    const error = await errorOf(
      client.send(new PutSecretValueCommand({ SecretId: NAME, ClientRequestToken: T1, ...input })),
    );
    expect(error).toMatchObject({ name, status: 400, message: expect.stringContaining(text) });
  });
});

describe('GetSecretValue', () => {
  test('an unknown version is not found', async () => {
    await put(T1, 'one');
    expect(await errorOf(get({ VersionId: T2 }))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${T2}`,
    });
  });

  test('a version without the stage asked for is refused', async () => {
    await put(T1, 'one');
    expect(await errorOf(get({ VersionId: T1, VersionStage: 'AWSPENDING' }))).toMatchObject({
      name: 'InvalidRequestException',
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    });
  });
});

describe('UpdateSecretVersionStage', () => {
  beforeEach(async () => {
    await put(T1, 'one');
    await put(T2, 'two', ['AWSPENDING']);
  });

  test('promotion moves AWSCURRENT, carries AWSPREVIOUS and leaves AWSPENDING', async () => {
    await move({ from: T1, to: T2 });
    expect(await stages()).toEqual({ [T1]: ['AWSPREVIOUS'], [T2]: ['AWSPENDING', 'AWSCURRENT'] });
  });

  test('roll-back exchanges AWSCURRENT and AWSPREVIOUS', async () => {
    await move({ from: T1, to: T2 });
    await move({ from: T2, to: T1 });
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T2]: ['AWSPENDING', 'AWSPREVIOUS'] });
  });

  test('AWSCURRENT does not move without RemoveFromVersionId', async () => {
    expect(await errorOf(move({ to: T2 }))).toEqual({
      name: 'InvalidParameterException',
      message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${T1}, so you must explicitly reference that version in RemoveFromVersionId.`,
      status: 400,
    });
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T2]: ['AWSPENDING'] });
  });

  test('a stale RemoveFromVersionId loses, the other writer stays current', async () => {
    await put(T3, 'manual');
    expect(await errorOf(move({ from: T1, to: T2 }))).toMatchObject({ name: 'InvalidParameterException' });
    expect(await stages()).toEqual({ [T1]: ['AWSPREVIOUS'], [T2]: ['AWSPENDING'], [T3]: ['AWSCURRENT'] });
  });

  test('repeating a promotion fails the comparison and changes nothing', async () => {
    await move({ from: T1, to: T2 });
    expect(await errorOf(move({ from: T1, to: T2 }))).toMatchObject({ name: 'InvalidParameterException' });
    expect(await stages()).toEqual({ [T1]: ['AWSPREVIOUS'], [T2]: ['AWSPENDING', 'AWSCURRENT'] });
  });

  test('moving a label to the version that has it is no change', async () => {
    await move({ to: T1 });
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T2]: ['AWSPENDING'] });
  });

  test('AWSCURRENT cannot be removed', async () => {
    expect(await errorOf(move({ from: T1 }))).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining("It can't be completely removed."),
    });
  });

  test('AWSPENDING can be removed, which deprecates its version', async () => {
    await move({ stage: 'AWSPENDING', from: T2 });
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'] });
  });

  test('an own label can be added and moved', async () => {
    await move({ stage: 'blue', to: T1 });
    await move({ stage: 'blue', from: T1, to: T2 });
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T2]: ['AWSPENDING', 'blue'] });
  });

  test('an unknown version is not found', async () => {
    expect(await errorOf(move({ from: T1, to: T3 }))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('neither version given is refused', async () => {
    expect(await errorOf(move({}))).toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('listings', () => {
  test('deprecated versions appear only when asked for', async () => {
    for (const [token, value] of [
      [T1, 'one'],
      [T2, 'two'],
      [T3, 'three'],
    ] as const)
      await put(token, value);
    const list = async (IncludeDeprecated: boolean) =>
      (await client.send(new ListSecretVersionIdsCommand({ SecretId: NAME, IncludeDeprecated }))).Versions?.map(
        (version) => [version.VersionId, version.VersionStages],
      );
    expect(await list(false)).toEqual([
      [T2, ['AWSPREVIOUS']],
      [T3, ['AWSCURRENT']],
    ]);
    expect(await list(true)).toEqual([
      [T1, undefined],
      [T2, ['AWSPREVIOUS']],
      [T3, ['AWSCURRENT']],
    ]);
  });

  test('versions come in pages', async () => {
    for (const [token, value] of [
      [T1, 'one'],
      [T2, 'two'],
      [T3, 'three'],
    ] as const)
      await put(token, value);
    const request = { SecretId: NAME, IncludeDeprecated: true, MaxResults: 2 };
    const first = await client.send(new ListSecretVersionIdsCommand(request));
    expect(first.Versions).toHaveLength(2);
    const second = await client.send(new ListSecretVersionIdsCommand({ ...request, NextToken: first.NextToken }));
    expect(second.Versions?.map((version) => version.VersionId)).toEqual([T3]);
    expect(second.NextToken).toBeUndefined();
  });

  test('secrets are listed by name, filtered by prefix', async () => {
    await client.send(new CreateSecretCommand({ Name: 'app/upstream' }));
    const list = async (prefix?: string) =>
      (
        await client.send(
          new ListSecretsCommand(prefix === undefined ? {} : { Filters: [{ Key: 'name', Values: [prefix] }] }),
        )
      ).SecretList?.map((secret) => secret.Name);
    expect(await list()).toEqual(['app/upstream', NAME]);
    expect(await list('gh-')).toEqual([NAME]);
  });
});

describe('CreateSecret', () => {
  test('makes a secret with a first value', async () => {
    const made = await client.send(
      new CreateSecretCommand({ Name: 'app/x', SecretString: 'v', ClientRequestToken: T1 }),
    );
    expect(made).toMatchObject({ Name: 'app/x', VersionId: T1 });
    expect(await get({}, 'app/x')).toMatchObject({ SecretString: 'v', VersionStages: ['AWSCURRENT'] });
  });

  test('is idempotent by token, and refuses a second secret of the name', async () => {
    const create = (token: string) =>
      client.send(new CreateSecretCommand({ Name: 'app/x', SecretString: 'v', ClientRequestToken: token }));
    await create(T1);
    expect(await create(T1)).toMatchObject({ VersionId: T1 });
    expect(await errorOf(create(T2))).toMatchObject({ name: 'ResourceExistsException' });
  });
});

describe('persistence', () => {
  const file = () => path.join(lab.stateDir, 'secrets.json');

  test('versions and stages survive a restart', async () => {
    await put(T1, 'one');
    await put(T2, 'two', ['AWSPENDING']);
    await lab.stop(aws);
    await start();
    expect(await stages()).toEqual({ [T1]: ['AWSCURRENT'], [T2]: ['AWSPENDING'] });
    expect(await get()).toMatchObject({ SecretString: 'one' });
  });

  test('the file is readable by its owner only', async () => {
    await put(T1, 'one');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('a value is in the file when the answer arrives', async () => {
    await put(T1, 'on-the-disk');
    expect(readFileSync(file(), 'utf8')).toContain('on-the-disk');
  });

  test.each(['{"canary": tru', '{"schema":2,"secrets":[],"canary":1}'])(
    'a damaged file stops the start without quoting it: %s',
    async (text) => {
      await lab.stop(aws);
      writeFileSync(file(), text);
      const error = await errorOf(start());
      expect(error.message).toContain('secrets.json');
      expect(error.message).not.toContain('canary');
    },
  );
});

describe('resource policies', () => {
  const policy = () => client.send(new GetResourcePolicyCommand({ SecretId: NAME }));
  const DENY = '{"Version":"2012-10-17","Statement":[]}';

  test('are given back as they were put, until they are deleted', async () => {
    expect((await policy()).ResourcePolicy).toBeUndefined();
    await client.send(new PutResourcePolicyCommand({ SecretId: NAME, ResourcePolicy: DENY, BlockPublicPolicy: true }));
    expect((await policy()).ResourcePolicy).toBe(DENY);
    await lab.stop(aws);
    await start();
    expect((await policy()).ResourcePolicy).toBe(DENY);
    await client.send(new DeleteResourcePolicyCommand({ SecretId: NAME }));
    expect((await policy()).ResourcePolicy).toBeUndefined();
  });

  test('that are no JSON are refused', async () => {
    const put = client.send(new PutResourcePolicyCommand({ SecretId: NAME, ResourcePolicy: '{' }));
    expect(await errorOf(put)).toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });
});

test('an operation that the sandbox lacks says so', async () => {
  expect(await errorOf(client.send(new GetRandomPasswordCommand({})))).toEqual({
    name: 'UnsupportedOperationException',
    message: 'the sandbox does not implement Secrets Manager GetRandomPassword',
    status: 501,
  });
});
