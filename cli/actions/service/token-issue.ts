import type { IssuedTokenView } from '../../../lambdas/token-service/domain/views';
import type { SecretOptions } from '../../commands/service/secret-options';
import { CliError } from '../../errors';
import { isForPeople, tell } from '../../output/printer';
import { moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { merged } from '../../token-service/request-file';
import { prepareSecret } from '../../token-service/secret-target';

export interface IssueOptions extends ServiceOptions, SecretOptions {
  readonly name?: string;
  readonly application?: string;
  readonly scope?: readonly string[];
  readonly tier?: string;
  readonly team?: string;
  readonly description?: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly cidr?: readonly string[];
  readonly expiresIn?: number;
  readonly expiresAt?: string;
  readonly notBefore?: string;
  readonly fromFile?: string;
}

const WITHOUT_TIER =
  'the token has no tier, and an API with usage plans refuses each call of such a token with 403: gatehouse application register <application> --tier <name>, then issue it again';

/** Issues a token, and prints it or puts it into a secret. */
export async function issueToken(options: IssueOptions): Promise<void> {
  const body = requestOf(options);
  const connection = await connect(options, 'token create');
  const { service, place } = connection;
  // Before the token exists: a secret that is not there would lose it.
  const target = options.intoSecret === undefined ? undefined : await prepareSecret(options.intoSecret, connection);
  const { body: issued } = await service.change<IssuedTokenView>('issue the token', 'POST', '/tokens', { body });
  const { token, ...view } = issued;
  if (token === undefined) {
    throw new CliError(
      `the token ${view.id} was issued, but the answer with its secret was lost: gatehouse token rotate ${view.id} --overlap 0 gives it another`,
    );
  }
  const until = moment(view.expiresAt, Date.now());
  if (view.tier === undefined) tell(`warning: ${WITHOUT_TIER}`);
  if (target !== undefined) {
    await target.put(token, view, () => service.change('revoke the token', 'POST', `/tokens/${view.id}/revoke`));
    tell(
      `token ${view.id} of ${view.application} issued in ${place}, expires ${until}; it is in the secret ${options.intoSecret}`,
    );
    if (!isForPeople(options)) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
    return;
  }
  tell(
    `token ${view.id} of ${view.application} issued in ${place}, expires ${until}; this is the only time that it is shown`,
  );
  process.stdout.write(options.json === true ? `${JSON.stringify(issued, null, 2)}\n` : `${token}\n`);
}

/** The body of a request: what the file says, and the options in its place: an end of the lifetime in place of a length, too. */
export function requestOf(options: IssueOptions): Readonly<Record<string, unknown>> {
  const body = merged(options.fromFile, {
    name: options.name,
    application: options.application,
    scopes: options.scope,
    tier: options.tier,
    team: options.team,
    description: options.description,
    tags: options.tag,
    cidrs: options.cidr,
    notBefore: options.notBefore,
  });
  const { expiresIn: expiresInSeconds, expiresAt } = options;
  if (expiresInSeconds === undefined && expiresAt === undefined) return body;
  const { expiresInSeconds: _length, expiresAt: _end, ...others } = body;
  return { ...others, ...(expiresInSeconds === undefined ? { expiresAt } : { expiresInSeconds }) };
}
