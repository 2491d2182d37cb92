import { isPlatformScope } from '../../lambdas/lib/platform-scopes';
import type { Sandbox } from '../../sandbox';
import type { LoadedConfig } from '../../stacks/config';
import type { GatehouseConfig } from '../../stacks/config/types';
import { bootstrap } from '../bootstrap';
import { CliError } from '../errors';
import { plannedSecrets } from '../planned-secrets';
import { type SampleRequest, sampleRequests } from './requests';

/** Applications of the kit's own tokens, one for each tier: an application keeps the tier that it began with. */
const APPLICATION = 'gatehouse-try-it';
/** Lifetime of the token to try with, in seconds: long enough for a day of work. */
const LIFETIME_SECONDS = 12 * 3600;
/** What a token may hold, as the token service has it. */
const MOST_SCOPES = 100;
const LONGEST_SCOPES = 2048;
/** Requests that are tried at most before one is shown. */
const MOST_TRIES = 12;
const TRY_MS = 5000;

/** What is printed for a first look. */
export interface TryIt {
  /** Administrator token, valid for one hour. */
  readonly administrator: string;
  /** Address of the token service, with its base path. */
  readonly serviceUrl: string;
  /** Token of the request. */
  readonly token: string;
  /** A command that may be run as it is. @default - every request that the configuration has for the token was refused with 401 or 403 */
  readonly curl?: string;
  /** Status of 400 and more that the command's request got when it was tried, 0 for no answer. @default - it worked, or was not tried */
  readonly answered?: number;
}

/**
 * Issues an administrator token, and by it over HTTP a token of every scope; finds a request that the latter may make, by making it.
 *
 * @returns undefined where no API serves the token service
 * @throws {CliError} when a token is not issued
 */
export async function tryIt(sandbox: Sandbox, loaded: LoadedConfig, environment: string): Promise<TryIt | undefined> {
  const { config } = loaded;
  const [name, api] = Object.entries(config.apis).find(([, entry]) => entry.tokenService !== undefined) ?? [];
  const served = sandbox.apis.find((entry) => entry.api === name);
  if (api?.tokenService === undefined || served === undefined) {
    return undefined;
  }
  const { token: administrator } = await bootstrap(
    {
      namePrefix: `${config.prefix}-${environment}`,
      region: config.environments[environment]?.region ?? config.region,
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
      plannedSecrets: plannedSecrets(config, environment),
    },
    { name: 'gatehouse start' },
  );
  const serviceUrl = `${served.baseUrl}${api.tokenService.basePath}`;
  const requests = sandbox.apis.flatMap((entry) => sampleRequests(loaded, entry.api));
  const scopes = scopesOf(config, requests);
  const token = await issue(`${serviceUrl}/tokens`, administrator, config, scopes);
  const shown = await firstThatWorks(sandbox, requests, token, scopes);
  if (shown === undefined) {
    return { administrator, serviceUrl, token };
  }
  const { request, answered } = shown;
  return {
    administrator,
    serviceUrl,
    token,
    curl: curlOf(sandbox, request, token),
    ...(answered === undefined ? {} : { answered }),
  };
}

/** Every scope but the platform's own, as many as a token may hold; those of the easiest requests first. */
function scopesOf(config: GatehouseConfig, requests: readonly SampleRequest[]): string[] {
  const wanted = [...requests.flatMap(({ anyOf }) => anyOf[0] ?? []), ...Object.keys(config.scopes)];
  const scopes: string[] = [];
  for (const scope of new Set(wanted)) {
    const fits = scopes.length < MOST_SCOPES && [...scopes, scope].join(' ').length <= LONGEST_SCOPES;
    if (!isPlatformScope(scope) && fits) {
      scopes.push(scope);
    }
  }
  return scopes;
}

async function issue(
  url: string,
  administrator: string,
  { tiers }: GatehouseConfig,
  scopes: readonly string[],
): Promise<string> {
  // The tier that hinders least.
  const [tier = ''] = Object.keys(tiers).sort((a, b) => (tiers[b]?.rateLimit ?? 0) - (tiers[a]?.rateLimit ?? 0));
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${administrator}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'gatehouse start',
      application: `${APPLICATION}-${tier}`,
      scopes,
      tier,
      expiresInSeconds: LIFETIME_SECONDS,
    }),
  });
  const issued = (await response.json().catch(() => ({}))) as { token?: string; title?: string; detail?: string };
  if (issued.token === undefined) {
    const why = issued.detail ?? issued.title ?? 'without a reason';
    throw new CliError(`no token to try with: the token service answered ${response.status}: ${why}`);
  }
  return issued.token;
}

interface Shown {
  readonly request: SampleRequest;
  readonly answered?: number;
}

/**
 * Reading requests are made: the first with an answer of 2xx or 3xx is taken, else the first that reached the backend, else the first whose backend failed.
 * Requests that change something are only compared with the access rules.
 *
 * @returns undefined where the token was refused with 401 or 403 throughout
 */
async function firstThatWorks(
  sandbox: Sandbox,
  requests: readonly SampleRequest[],
  token: string,
  scopes: readonly string[],
): Promise<Shown | undefined> {
  const held = new Set(scopes);
  const open = requests.filter(({ anyOf }) => anyOf.some((all) => all.every((scope) => held.has(scope))));
  const [reading, changing] = [open.filter(isReading), open.filter((request) => !isReading(request))];
  let reached: Shown | undefined;
  let failed: Shown | undefined;
  let unsuitable: Shown | undefined;
  const closed = new Set<string>();
  for (const request of reading.slice(0, MOST_TRIES)) {
    const status = await statusOf(sandbox, request, token);
    if (status >= 200 && status < 400) {
      return { request };
    }
    const shown = { request, answered: status };
    if (status === 401 || status === 403) {
      closed.add(request.api);
    } else if (status === 404) {
      reached ??= shown;
    } else if (status === 0 || status >= 500) {
      failed ??= shown;
    } else {
      unsuitable ??= shown;
    }
  }
  // What refuses every reading request, as for the networks that it is bound to, refuses the others too.
  const untried = [...reading.slice(MOST_TRIES), ...changing].find(({ api }) => !closed.has(api));
  return reached ?? failed ?? (untried === undefined ? unsuitable : { request: untried });
}

function isReading({ method }: SampleRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** 0 where there was no answer. */
async function statusOf(sandbox: Sandbox, request: SampleRequest, token: string): Promise<number> {
  try {
    const { status, body } = await fetch(urlOf(sandbox, request), {
      method: request.method,
      headers: { ...request.headers, Authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(TRY_MS),
    });
    await body?.cancel();
    return status;
  } catch {
    return 0;
  }
}

function urlOf(sandbox: Sandbox, { api, target }: SampleRequest): string {
  return `${sandbox.apis.find((entry) => entry.api === api)?.baseUrl}${target}`;
}

function curlOf(sandbox: Sandbox, request: SampleRequest, token: string): string {
  const { method, headers, body } = request;
  const url = urlOf(sandbox, request);
  const words = [
    'curl -s',
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['-I'] : [`-X ${method}`]),
    `-H 'Authorization: Bearer ${token}'`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
    /^[\w:/.~%-]+$/.test(url) ? url : quoted(url),
  ];
  return words.join(' ');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
