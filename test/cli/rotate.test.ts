import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { refuseTooEarly, rotateNow } from '../../cli/rotate';
import type { LocalAws, LocalAwsOptions } from '../../sandbox/aws';
import { AwsLab, clientConfig } from '../sandbox/aws/support';

const NAME = 'gh-dev-pepper';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:gh-dev-pepper-rotation';
const ROTATION = {
  lambdaArn: FUNCTION,
  rules: { scheduleExpression: 'cron(0 3 1 * ? *)' },
  rotateImmediately: false,
};

interface Event {
  readonly Step: string;
  readonly ClientRequestToken: string;
}

let lab: AwsLab;
let aws: LocalAws;
let client: SecretsManagerClient;
let lines: string[];
/** What the function does with each step; throws to fail it. */
let step: (event: Event) => Promise<void>;

beforeEach(() => {
  lab = new AwsLab();
  lines = [];
  step = rotate;
});
afterEach(async () => {
  client.destroy();
  await lab.dispose();
});

async function start(options: Partial<LocalAwsOptions> = {}): Promise<void> {
  aws = await lab.start({
    secrets: [{ name: NAME, rotation: ROTATION }],
    rotationRetryDelaysMs: [5],
    invoke: async (_name, event) => {
      try {
        await step(event as Event);
        return { ok: true, payload: null };
      } catch (error) {
        return { ok: false, errorType: 'Error', errorMessage: String(error) };
      }
    },
    ...options,
  });
  client = new SecretsManagerClient(clientConfig(aws));
  aws.rotations.start();
}

async function rotate({ Step, ClientRequestToken: token }: Event): Promise<void> {
  if (Step === 'createSecret') {
    await client.send(
      new PutSecretValueCommand({
        SecretId: NAME,
        ClientRequestToken: token,
        SecretString: token,
        VersionStages: ['AWSPENDING'],
      }),
    );
  }
  if (Step === 'finishSecret') await label('AWSCURRENT', { MoveToVersionId: token });
}

const label = (VersionStage: string, change: { MoveToVersionId?: string; RemoveFromVersionId?: string }) =>
  client.send(new UpdateSecretVersionStageCommand({ SecretId: NAME, VersionStage, ...change }));

const run = (options: Partial<Parameters<typeof rotateNow>[1]> = {}) =>
  rotateNow(client, {
    secret: NAME,
    wait: true,
    timeoutSeconds: 10,
    pollMs: 5,
    progress: (line) => lines.push(line),
    ...options,
  });

test('waits for the first value, after the test of the configuration', async () => {
  await start();
  expect(await run()).toBe('rotated');
  expect(lines.at(-1)).toMatch(/^gh-dev-pepper: version [0-9a-f-]{36} is current$/);
});

test('without waiting it says what was started', async () => {
  await start();
  await aws.rotations.idle();
  expect(await run({ wait: false })).toBe('started');
  expect(lines).toEqual([expect.stringMatching(/^gh-dev-pepper: rotation to version [0-9a-f-]{36} started$/)]);
  await aws.rotations.idle();
});

test('a rotation that the function abandons is told, and the version in use stays', async () => {
  await start();
  await aws.rotations.idle();
  step = async ({ ClientRequestToken: token }) => {
    await label('AWSPENDING', { RemoveFromVersionId: token });
    throw new Error('refused');
  };
  expect(await run()).toBe('abandoned');
  expect(lines.at(-1)).toContain('was given up, the version in use stays');
});

test('a rotation that does not end is left to Secrets Manager', async () => {
  await start({ rotationRetryDelaysMs: [60_000] });
  await aws.rotations.idle();
  step = () => Promise.reject(new Error('down'));
  expect(await run({ timeoutSeconds: 1 })).toBe('unfinished');
  expect(lines.at(-1)).toContain('is not finished after 1 s');
});

test('one that failed before is gone on with', async () => {
  await start();
  await aws.rotations.idle();
  step = () => Promise.reject(new Error('down'));
  await run({ wait: false });
  await aws.rotations.idle();
  step = rotate;
  expect(await run()).toBe('rotated');
  expect(lines[1]).toContain('is pending from before');
});

describe('a rotation by hand that comes too early', () => {
  const early = { reason: 'pepper p-1 is to be known', until: '2026-12-01T05:00:00.000Z' };
  const ask = async (answer: unknown) => {
    await start({ invoke: async () => ({ ok: true, payload: answer }) });
    const lambda = new LambdaClient(clientConfig(aws));
    try {
      await refuseTooEarly({ secrets: client, lambda }, NAME);
    } finally {
      lambda.destroy();
    }
  };

  test('is refused with the reason and the time', async () => {
    await expect(ask({ tooEarly: early, problems: [] })).rejects.toThrow(
      'gh-dev-pepper was not rotated, because it is too early: pepper p-1 is to be known; it may from 2026-12-01T05:00:00.000Z',
    );
  });

  test('is refused without a time where only the target decides', async () => {
    await expect(ask({ tooEarly: { reason: 'records name it' }, problems: [] })).rejects.toThrow(/records name it$/);
  });

  test('goes on when it is not too early, and when the function does not say', async () => {
    await expect(ask({ problems: [] })).resolves.toBeUndefined();
  });

  test('goes on when the function does not answer', async () => {
    await start({ invoke: async () => ({ ok: false, errorType: 'E', errorMessage: 'm' }) });
    const lambda = new LambdaClient(clientConfig(aws));
    await expect(refuseTooEarly({ secrets: client, lambda }, NAME)).resolves.toBeUndefined();
    lambda.destroy();
  });
});

test('a secret without a rotation is refused', async () => {
  await start({ secrets: [{ name: NAME }] });
  await expect(run()).rejects.toThrow("gh-dev-pepper is not rotated: apply the platform's stack first");
});

test('a secret that is not there is refused in the words of AWS', async () => {
  await start();
  await expect(run({ secret: 'gh-dev-other' })).rejects.toThrow(
    "cannot describe the secret gh-dev-other: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  );
});
