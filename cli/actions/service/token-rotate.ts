import type { RotatedTokenView } from '../../../lambdas/token-service/domain/views';
import type { SecretOptions } from '../../commands/service/secret-options';
import { CliError } from '../../errors';
import { isForPeople, tell } from '../../output/printer';
import { duration, moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { ServiceError } from '../../token-service/problem';
import { prepareSecret } from '../../token-service/secret-target';

export interface RotateTokenOptions extends ServiceOptions, SecretOptions {
  /** Seconds. */
  readonly overlap?: number;
  readonly fromFirstUse?: boolean;
  readonly replaceNewest?: boolean;
}

/** Gives a token a new secret, and prints the token or puts it into a secret. */
export async function rotateToken(id: string, options: RotateTokenOptions): Promise<void> {
  const connection = await connect(options, 'token rotate');
  const { service, place } = connection;
  const target = options.intoSecret === undefined ? undefined : await prepareSecret(options.intoSecret, connection);
  const body = {
    ...(options.overlap === undefined ? {} : { overlapSeconds: options.overlap }),
    ...(options.fromFirstUse === true ? { startsAtFirstUse: true } : {}),
    ...(options.replaceNewest === true ? { replaceNewest: true } : {}),
  };
  const { body: rotated } = await service
    .change<RotatedTokenView>(`rotate the token ${id}`, 'POST', `/tokens/${id}/rotate`, { body })
    .catch((error: unknown) => {
      // The member of the request is an option here.
      if (error instanceof ServiceError)
        error.message = error.message.replaceAll('send replaceNewest', 'use --replace-newest');
      throw error;
    });
  const { token, ...view } = rotated;
  if (token === undefined) {
    throw new CliError(
      `the token ${id} was rotated, but the answer with its new secret was lost: gatehouse token rotate ${id} --replace-newest gives it another`,
    );
  }
  const before = beforeText(rotated);
  if (target !== undefined) {
    const lost = () => Promise.reject(new Error('a rotation is not taken back'));
    await target.put(token, view, lost).catch((error: unknown) => {
      const why = error instanceof Error ? error.message.replace(/; the secret of the token .*$/, '') : String(error);
      throw new CliError(
        `${why}; the token ${id} has a new secret that is lost, the secret before works on: gatehouse token rotate ${id} --replace-newest --into-secret ${options.intoSecret}`,
      );
    });
    tell(`token ${id} rotated in ${place}, its new secret is in the secret ${options.intoSecret}; ${before}`);
    if (!isForPeople(options)) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
    return;
  }
  tell(`token ${id} rotated in ${place}; ${before}; this is the only time that the new token is shown`);
  process.stdout.write(options.json === true ? `${JSON.stringify(rotated, null, 2)}\n` : `${token}\n`);
}

/** Until when the secret before is accepted. */
function beforeText({ secrets = [] }: RotatedTokenView): string {
  const [older, newer] = [...secrets].sort((a, b) => a.number - b.number);
  if (older === undefined || newer === undefined) return 'the secret before is refused';
  return older.overlapSeconds === undefined
    ? `the secret before is accepted until ${moment(older.endsAt, Date.now())}`
    : `the secret before is accepted for ${duration(older.overlapSeconds)} after the first use of the new one, at the latest until ${moment(older.endsAt, Date.now())}`;
}
