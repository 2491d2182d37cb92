import { knownBaseFaults } from './base-check';
import { Commands, rotationProblems } from './commands';
import type { RotationConfig } from './config';
import {
  describeFailure,
  ForeignSecretError,
  outcomeOf,
  RotationError,
  RotationRetryableError,
  UnknownStepError,
} from './errors';
import type { SecretKind } from './kind';
import { rotationParts } from './parts';
import type { RotationPorts } from './ports';
import { Reaper, type ReapResult } from './reaper';
import { type StepOutcome, Steps } from './steps';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
type Step = (typeof STEPS)[number];

/** Handles the events of Secrets Manager, of the schedule and of operators. The answer holds no value. */
export type RotationHandler = (event: unknown) => Promise<unknown>;

/**
 * Makes the rotation of one secret.
 *
 * Whatever goes wrong rejects with a {@link RotationError}, whose message holds no value; errors of services are replaced, because
 * Lambda writes what a function throws to the log. Events are never logged: they may hold a RotationToken.
 */
export function createRotation<P>(
  config: RotationConfig,
  kind: SecretKind<P>,
  outside: RotationPorts,
): RotationHandler {
  const parts = rotationParts(config, kind, outside);
  const { clock, view, record, log } = parts;
  const reaper = new Reaper(parts);
  const commands = new Commands(parts, reaper);
  const steps = new Steps(parts, reaper);

  async function runStep(step: Step, token: string, rotationToken: string | undefined): Promise<void> {
    const startedAt = clock.now();
    const call: Readonly<Record<Step, () => Promise<StepOutcome>>> = {
      createSecret: () => steps.create(token, rotationToken),
      setSecret: () => steps.set(token),
      testSecret: () => steps.test(token),
      finishSecret: () => steps.finish(token),
    };
    const before = step === 'finishSecret' ? (await view.labels()).current : undefined;
    const outcome = await call[step]();
    const isPromoted = outcome === 'done' && step === 'finishSecret' && before !== token;
    const postponed = outcome === 'postponed' ? (await record.read())?.postponed : undefined;
    const latencyMs = clock.now() - startedAt;
    const isPostponed = postponed !== undefined && step === 'createSecret';
    log.step({ step, versionId: token, outcome, latencyMs, isPromoted, isPostponed, postponed });
  }

  /** The reaper, and what nobody else would notice: a rotation that does not come, or one left unfinished. */
  async function runReaper(): Promise<{ readonly retired: number; readonly problems: readonly string[] }> {
    let result: ReapResult<P> = { observation: undefined, retired: 0 };
    let failure: unknown;
    try {
      result = await reaper.run(false);
    } catch (error) {
      failure = error;
    }
    const labels = await view.labels().catch((error: unknown) => {
      throw failure ?? error;
    });
    const stored = await record.read();
    const observation = failure === undefined ? result.observation : await reaper.observe().catch(() => undefined);
    const faults = observation && (await knownBaseFaults(kind, observation, stored, clock.now()));
    const late = rotationProblems(stored, labels, { now: clock.now(), ...parts });
    const problems = [...late, ...(faults?.texts ?? [])];
    const since = stored?.current?.since;
    log.check({
      retired: result.retired,
      problems,
      isOverdue: late.some((problem) => problem !== 'pending left behind'),
      isPendingLeftBehind: late.includes('pending left behind'),
      missing: Math.max(faults?.missing.length ?? 0, faults?.texts.length ? 1 : 0),
      ageMs: since === undefined ? undefined : clock.now() - since,
    });
    if (failure !== undefined) {
      throw failure;
    }
    return { retired: result.retired, problems };
  }

  async function runAction(event: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { action } = event;
    switch (action) {
      case 'reap':
        return runReaper();
      case 'status':
        return commands.status();
      case 'cancel': {
        const cancelled = await commands.cancel();
        await reaper.runQuietly(true);
        return noted('cancel', cancelled);
      }
      case 'accept':
        return noted('accept', await commands.accept());
      case 'rollBack':
        return noted('rollBack', await commands.rollBack());
      case 'revoke': {
        const { credential } = event;
        if (typeof credential !== 'string' || credential === '') {
          throw new UnknownStepError('action "revoke" needs the id of a credential');
        }
        await commands.revoke(credential);
        await reaper.run(false);
        return noted('revoke', { credential });
      }
      default:
        throw new UnknownStepError(
          'action is none of this function, expected reap, status, cancel, accept, rollBack or revoke',
        );
    }
  }

  /** For `status`. What keeps it from being written is in the log, as is the failure itself. */
  async function noteFailure(
    { step = '', versionId }: Readonly<Record<string, string>>,
    error: unknown,
  ): Promise<void> {
    if (versionId === undefined) {
      return;
    }
    const failure = { versionId, at: clock.now(), step, outcome: outcomeOf(error), reason: describeFailure(error) };
    await record.fail(failure).catch((failed: unknown) => log.failure('secret.rotate.record', failed, { versionId }));
  }

  function noted<T extends object>(command: string, result: T): T {
    log.command(command, result);
    return result;
  }

  return async (event) => {
    const { Step: step, action } = fieldsOf(event);
    const labels: Record<string, string> = {
      step: STEPS.find((one) => one === step) ?? (typeof action === 'string' ? 'action' : 'unknown'),
    };
    try {
      if (step === undefined && typeof action === 'string') {
        return await runAction(fieldsOf(event));
      }
      const request = readStepEvent(event, config);
      labels.versionId = request.token;
      await runStep(request.step, request.token, request.rotationToken);
      return null;
    } catch (error) {
      log.failure('secret.rotate.step', error, labels);
      await noteFailure(labels, error);
      throw error instanceof RotationError
        ? error
        : new RotationRetryableError(`${labels.step} failed: ${describeFailure(error)}`);
    }
  };
}

/**
 * Reads an event of Secrets Manager.
 *
 * @throws {UnknownStepError} when it is none, or of a step that does not exist
 * @throws {ForeignSecretError} when it is about another secret than this function's
 */
function readStepEvent(
  event: unknown,
  config: Pick<RotationConfig, 'region' | 'account' | 'secretName'>,
): { readonly step: Step; readonly token: string; readonly rotationToken: string | undefined } {
  const { Step: given, SecretId: id, ClientRequestToken: token, RotationToken: rotationToken } = fieldsOf(event);
  const step = STEPS.find((one) => one === given);
  if (!step) {
    throw new UnknownStepError(`event has no step of a rotation, expected Step to be one of ${STEPS.join(', ')}`);
  }
  if (typeof token !== 'string' || !/^[\w-]{32,64}$/.test(token)) {
    throw new UnknownStepError('event has no ClientRequestToken of 32 to 64 letters, digits and hyphens');
  }
  const parts =
    typeof id === 'string' ? /^arn:[a-z-]+:secretsmanager:([^:]+):([^:]+):secret:(.+)-[A-Za-z0-9]{6}$/.exec(id) : null;
  const [, region, account, name] = parts ?? [];
  if (region !== config.region || account !== config.account || name !== config.secretName) {
    throw new ForeignSecretError(
      `event is about another secret, this function serves ${config.secretName} in ${config.region} of account ${config.account}`,
    );
  }
  return { step, token, rotationToken: typeof rotationToken === 'string' ? rotationToken : undefined };
}

function fieldsOf(event: unknown): Readonly<Record<string, unknown>> {
  return typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
}
