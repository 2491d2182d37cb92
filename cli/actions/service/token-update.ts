import type { ChangedTokenView } from '../../../lambdas/token-service/domain/views';
import { printOne, tell } from '../../output/printer';
import { boundText } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { merged } from '../../token-service/request-file';
import { readToken } from './token-read';
import { renderToken } from './token-shown';

export interface UpdateTokenOptions extends ServiceOptions {
  readonly name?: string;
  readonly description?: string;
  readonly scope?: readonly string[];
  readonly tag?: Readonly<Record<string, string>>;
  readonly cidr?: readonly string[];
  /** Seconds from now on. */
  readonly expiresIn?: number;
  readonly expiresAt?: string;
  readonly notBefore?: string;
  readonly clear?: readonly string[];
  readonly ifVersion?: number;
  readonly fromFile?: string;
}

/** Changes a token, by the version that was seen. */
export async function updateToken(id: string, options: UpdateTokenOptions): Promise<void> {
  const body = requestOf(options, Date.now());
  const { service, place } = await connect(options, 'token update');
  const version = options.ifVersion ?? (await readToken(service, id)).version;
  const { body: changed } = await service.change<ChangedTokenView>(`update the token ${id}`, 'PATCH', `/tokens/${id}`, {
    body,
    ifMatch: `"${version}"`,
  });
  const done = changed.version === version ? 'is as wanted already, nothing was changed' : 'is changed';
  tell(`token ${id} in ${place} ${done}${changed.version === version ? '' : boundText(changed)}`);
  printOne(changed, options, (token) => renderToken(token, Date.now()));
}

function requestOf(options: UpdateTokenOptions, now: number): Readonly<Record<string, unknown>> {
  const { name, description, scope: scopes, tag: tags, cidr: cidrs, notBefore, expiresIn, clear = [] } = options;
  const expiresAt = expiresIn === undefined ? options.expiresAt : new Date(now + expiresIn * 1000).toISOString();
  const body = merged(options.fromFile, { name, description, scopes, tags, cidrs, notBefore, expiresAt });
  // Of networks an empty list means any.
  return { ...body, ...Object.fromEntries(clear.map((member) => [member, member === 'cidrs' ? [] : null])) };
}
