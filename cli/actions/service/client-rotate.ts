import type { RotatedClientView } from '../../../lambdas/token-service/domain/clients/client-views';
import type { SecretOptions } from '../../commands/service/secret-options';
import { CliError } from '../../errors';
import { isForPeople, tell } from '../../output/printer';
import { moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { prepareSecret } from '../../token-service/secret-target';

export interface RotateClientOptions extends ServiceOptions, SecretOptions {
  /** Seconds. */
  readonly overlap?: number;
  readonly replaceNewest?: boolean;
}

/** Gives a client a new secret, and prints it or puts it into a secret. */
export async function rotateClient(id: string, options: RotateClientOptions): Promise<void> {
  const connection = await connect(options, 'client rotate');
  const { service, place } = connection;
  const target = options.intoSecret === undefined ? undefined : await prepareSecret(options.intoSecret, connection);
  const body = {
    ...(options.overlap === undefined ? {} : { overlapSeconds: options.overlap }),
    ...(options.replaceNewest === true ? { replaceNewest: true } : {}),
  };
  const { body: rotated } = await service.change<RotatedClientView>(
    `rotate the client ${id}`,
    'POST',
    `/clients/${id}/rotate`,
    { body },
  );
  const { secret, ...view } = rotated;
  const again = `gatehouse client rotate ${id} --replace-newest`;
  if (secret === undefined) {
    throw new CliError(
      `the client ${id} was rotated, but the answer with its new secret was lost: ${again} gives it another`,
    );
  }
  const before = beforeText(rotated);
  if (target !== undefined) {
    const lost = () => Promise.reject(new Error('a rotation is not taken back'));
    await target.putClientSecret(secret, id, lost).catch((error: unknown) => {
      const why = error instanceof Error ? error.message.replace(/; the secret of the client .*$/, '') : String(error);
      throw new CliError(
        `${why}; the client ${id} has a new secret that is lost, ${before}: ${again} --into-secret ${options.intoSecret}`,
      );
    });
    tell(`client ${id} rotated in ${place}, its new secret is in the secret ${options.intoSecret}; ${before}`);
    if (!isForPeople(options)) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
    return;
  }
  tell(`client ${id} rotated in ${place}; ${before}; this is the only time that the new secret is shown`);
  process.stdout.write(options.json === true ? `${JSON.stringify(rotated, null, 2)}\n` : `${secret}\n`);
}

/** Until when the secret before is accepted. */
function beforeText({ secrets }: RotatedClientView): string {
  const [older, newer] = [...secrets].sort((a, b) => a.number - b.number);
  if (older?.endsAt === undefined || newer === undefined) return 'it has no other secret';
  return Date.parse(older.endsAt) <= Date.now()
    ? 'the secret before is refused'
    : `the secret before is accepted until ${moment(older.endsAt, Date.now())}`;
}
