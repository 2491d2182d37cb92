import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CancelRotateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { reportSecret, rotatingSecrets } from '../../cli/secret-status';
import { renderReports } from '../../cli/secret-table';
import type { LocalAws, LocalAwsOptions } from '../../sandbox/aws';
import { AwsLab, clientConfig } from '../sandbox/aws/support';

const NAME = 'gh-dev-pepper';
const T1 = '00000000-0000-4000-8000-000000000001';
const T2 = '00000000-0000-4000-8000-000000000002';
const rotation = {
  lambdaArn: 'arn:aws:lambda:us-east-1:000000000000:function:gh-dev-pepper-rotation',
  rules: { scheduleExpression: 'cron(0 3 1 * ? *)' },
  rotateImmediately: false,
};
const NOW = Date.parse('2026-01-15T12:00:00Z');
const STATUS = {
  secret: NAME,
  kind: 'pepper',
  generation: 2,
  versions: { current: T2, previous: T1 },
  currentSince: '2026-01-14T11:00:00.000Z',
  rollBackUntil: '2026-01-15T13:00:00.000Z',
  credentials: [
    { id: 'p-2', state: 'current', addedAt: '2026-01-01T00:00:00.000Z', promotedAt: '2026-01-14T11:00:00.000Z' },
    { id: 'p-1', state: 'retired', addedAt: '2025-12-01T00:00:00.000Z', inUseBy: 7 },
  ],
  problems: [],
};

let lab: AwsLab;
let aws: LocalAws;
let clients: { secrets: SecretsManagerClient; lambda: LambdaClient };
let answer: unknown;

beforeEach(() => {
  lab = new AwsLab();
  answer = STATUS;
});
afterEach(async () => {
  clients.secrets.destroy();
  clients.lambda.destroy();
  await lab.dispose();
});

async function start(options: Partial<LocalAwsOptions> = {}): Promise<void> {
  aws = await lab.start({
    secrets: [{ name: NAME, rotation }],
    clock: () => NOW,
    invoke: async (_name, event) =>
      (event as { action?: string }).action === 'status' && answer instanceof Error
        ? { ok: false, errorType: 'StatusError', errorMessage: 'value-canary' }
        : { ok: true, payload: answer },
    ...options,
  });
  clients = { secrets: new SecretsManagerClient(clientConfig(aws)), lambda: new LambdaClient(clientConfig(aws)) };
  aws.rotations.start();
  await aws.rotations.idle();
}

const put = (token: string, stage = 'AWSCURRENT') =>
  clients.secrets.send(
    new PutSecretValueCommand({
      SecretId: NAME,
      ClientRequestToken: token,
      SecretString: `${token}-value-canary`,
      VersionStages: [stage],
    }),
  );
const report = () => reportSecret(clients, NAME, NOW);

test('lists what of the platform is rotated, and nothing of another environment', async () => {
  const names = [NAME, 'gh-dev/crm/token', 'gh-dev2-pepper', 'gh-dev-plain'];
  await start({ secrets: names.map((name) => (name === 'gh-dev-plain' ? { name } : { name, rotation })) });
  expect(await rotatingSecrets(clients.secrets, 'gh-dev')).toEqual(['gh-dev-pepper', 'gh-dev/crm/token']);
});

test('a secret in order has labels, dates, credentials and no problem', async () => {
  await start();
  await put(T1);
  await put(T2);
  const found = await report();
  expect(found).toMatchObject({
    name: NAME,
    rotationEnabled: true,
    nextRotationAt: '2026-02-02T00:00:00.000Z',
    status: STATUS,
    problems: [],
  });
  expect(found.versions.map(({ id, labels }) => [id, labels])).toEqual([
    [T1, ['AWSPREVIOUS']],
    [T2, ['AWSCURRENT']],
  ]);
});

test('as text it names everything that somebody has to know, and no value', async () => {
  await start();
  await put(T1);
  await put(T2);
  const text = renderReports([await report()], NOW);
  expect(text).toContain('gh-dev-pepper  (pepper, generation 2)');
  expect(text).toContain('rotated    2026-01-14 11:00Z, 1 day ago; next by 2026-02-02 00:00Z');
  expect(text).toContain(`${T1}  AWSPREVIOUS`);
  expect(text).toContain('p-1  retired, used by 7, until nothing needs it');
  expect(text).toContain('roll-back  possible until 2026-01-15 13:00Z');
  expect(text).not.toContain('canary');
});

test.each<[string, () => Promise<unknown>, string]>([
  ['no value', async () => undefined, 'no current value'],
  ['a version left behind', () => put(T1).then(() => put(T2, 'AWSPENDING')), `version ${T2} is pending`],
  [
    'a rotation that is off',
    () => put(T1).then(() => clients.secrets.send(new CancelRotateSecretCommand({ SecretId: NAME }))),
    'rotation is off',
  ],
])('%s is a problem', async (_what, prepare, problem) => {
  await start();
  await prepare();
  expect((await report()).problems).toContain(problem);
});

test('a date that has passed is a problem', async () => {
  await start();
  await put(T1);
  const later = await reportSecret(clients, NAME, Date.parse('2026-03-01T00:00:00Z'));
  expect(later.problems).toEqual(['overdue']);
});

test('what the function finds is a problem too, and a function that fails hides nothing', async () => {
  await start();
  await put(T1);
  answer = { ...STATUS, problems: ['pending left behind'] };
  expect((await report()).problems).toEqual(['pending left behind']);
  answer = new Error('down');
  const found = await report();
  expect(found.problems).toEqual(['rotation function failed: StatusError']);
  expect(JSON.stringify(found)).not.toContain('canary');
});

describe('a planned secret that somebody deleted', () => {
  test('is listed while it waits for its deletion, with the day and the way back, and the function is not asked', async () => {
    await start();
    await put(T1);
    await clients.secrets.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7 }));
    expect(await rotatingSecrets(clients.secrets, 'gh-dev')).toEqual([NAME]);
    answer = new Error('must not be asked');
    const { problems, status } = await report();
    expect(status).toBeUndefined();
    expect(problems).toEqual([
      'is scheduled for deletion, and gone for good on 2026-01-22T12:00:00.000Z: restore-secret brings it back',
    ]);
  });

  test('is a problem when it is gone for good', async () => {
    await start();
    const gone = await reportSecret(clients, 'gh-dev-signing-keys', NOW);
    expect(gone.problems).toEqual(['is not there: deleted for good, or its stack was never applied']);
    expect(renderReports([gone], NOW)).toContain('problem    is not there');
  });
});

describe('a rotation that was postponed', () => {
  const reason = 'pepper p-3 is to be known to verifiers';
  const postponed = { at: '2026-01-01T03:00:00.000Z', until: '2026-01-01T05:00:00.000Z', reason };

  test('is shown with its reason, and is no problem, although the promised date has passed', async () => {
    await start();
    await put(T1);
    answer = { ...STATUS, postponed };
    const later = Date.parse('2026-02-02T01:00:00Z');
    const found = await reportSecret(clients, NAME, later);
    expect(found.problems).toEqual([]);
    expect(renderReports([found], later)).toContain(
      'postponed  on 2026-01-01 03:00Z until 2026-01-01 05:00Z: pepper p-3 is to be known to verifiers',
    );
  });

  test('is a problem once the function itself finds it overdue', async () => {
    await start();
    await put(T1);
    answer = { ...STATUS, postponed, problems: ['overdue'] };
    expect((await reportSecret(clients, NAME, Date.parse('2026-03-05T00:00:00Z'))).problems).toEqual(['overdue']);
  });
});
