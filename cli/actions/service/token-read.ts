import { apiTokenPattern, parseApiToken } from '../../../lambdas/lib/api-token';
import type { SelfView, TokenPageView, TokenView } from '../../../lambdas/token-service/domain/views';
import { CliError, EXIT } from '../../errors';
import { type PrintOptions, printMany, printOne } from '../../output/printer';
import type { Query, TokenService } from '../../token-service/client';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';
import { renderSelf, renderToken, tokenColumns } from './token-shown';

export interface ListTokensOptions extends ServiceOptions {
  readonly application?: string;
  readonly team?: string;
  readonly search?: string;
  readonly scope?: string;
  readonly tier?: string;
  readonly status?: string;
  readonly createdBy?: string;
  readonly tag?: string;
  readonly expiresBefore?: string;
  readonly lastUsedBefore?: string;
  readonly neverUsed?: boolean;
  /** False leaves out tokens with networks; commander reads `--no-networks` so. */
  readonly networks: boolean;
  readonly sort?: string;
  readonly order?: string;
  readonly ids?: boolean;
  readonly limit: number;
}

/** Tokens on one page at most, as the token service has it. */
const LONGEST_PAGE = 100;

/** Lists tokens, newest first. */
export async function listTokens(options: ListTokensOptions): Promise<void> {
  const { service, place } = await connect(options, 'token list');
  const { limit } = options;
  const query = { ...filterOf(options), limit: Math.min(limit, LONGEST_PAGE) };
  const pages = takeFrom(service.pages<TokenPageView>('list tokens', '/tokens', query), ({ tokens }) => tokens, limit);
  if (options.ids === true) {
    for await (const page of pages) printIds(page);
    return;
  }
  await printMany(pages, options, tokenColumns(Date.now()), `no token in ${place}`);
}

function filterOf(options: ListTokensOptions): Query {
  const { application, team, scope, tier, status, createdBy, tag, expiresBefore, lastUsedBefore } = options;
  return {
    application,
    team,
    q: options.search,
    scope,
    tier,
    status,
    createdBy,
    tag,
    expiresBefore,
    lastUsedBefore,
    neverUsed: options.neverUsed === true ? true : undefined,
    noNetworks: options.networks ? undefined : true,
    sort: options.sort,
    order: options.order,
  };
}

/** Shows a token. */
export async function showToken(id: string, options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'token show');
  printOne(await readToken(service, id), options, (token) => renderToken(token, Date.now()));
}

/** Shows whose the credential is by which the service is called. */
export async function showSelf(options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'token self');
  const { body } = await service.get<SelfView>('read whose the credential is', '/tokens/self');
  printOne(body, options, (self) => renderSelf(self, Date.now()));
}

/** Reads a token. */
export async function readToken(service: TokenService, id: string): Promise<TokenView> {
  return (await service.get<TokenView>(`read the token ${id}`, `/tokens/${id}`)).body;
}

function printIds(rows: readonly { readonly id: string }[]): void {
  process.stdout.write(rows.map(({ id }) => `${id}\n`).join(''));
}

async function* only<T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page;
}

export interface IdentifyOptions extends PrintOptions {
  readonly ids?: boolean;
}

/** A text that is longer holds more than somebody would paste. */
const LONGEST_TEXT = 10_000_000;

/** Names the tokens of a text on stdin by their public ids, without a call. */
export async function identifyTokens(options: IdentifyOptions): Promise<void> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.length > LONGEST_TEXT) throw new CliError('the text is too long, allowed are 10 MB', EXIT.usage);
  }
  const found = [...new Set(text.match(new RegExp(apiTokenPattern(), 'g')) ?? [])].flatMap((token) => {
    const parts = parseApiToken(token);
    return parts === undefined ? [] : [{ id: parts.id, brand: parts.brand, environment: parts.environment }];
  });
  if (found.length === 0) throw new CliError('the text holds no API token whose checksum is right', EXIT.missing);
  if (options.ids === true) {
    printIds(found);
    return;
  }
  const columns = [
    { heading: 'ID', text: ({ id }: (typeof found)[number]) => id },
    { heading: 'BRAND', text: ({ brand }: (typeof found)[number]) => brand },
    { heading: 'ENVIRONMENT', text: ({ environment }: (typeof found)[number]) => environment },
  ];
  await printMany(only(found), options, columns, '');
}
