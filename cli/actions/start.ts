import { resolve } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { type AuditReport, auditPath, exitCode, isOpen, renderTable, terminalOptions } from '../../audit';
import { defined } from '../../lambdas/lib/defined';
import { reserve, type Sandbox, type SandboxReservation, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { type GatehouseConfig, type LoadedConfig, loadConfig } from '../../stacks/config';
import { issueAdministratorToken } from '../bootstrap';
import { CliError, EXIT } from '../errors';
import { DEFAULT_STATE_FOLDER, findConfig } from '../options';
import { clientOptions } from '../platform';
import { progress } from '../progress';
import { SESSION_TOKEN_SECONDS, SessionKeeper } from '../token-service/session-keeper';
import { type TryIt, tryIt } from '../try-it';
import { exchangeCurl, tokenEndpointUrl } from '../try-it/exchange';

export interface StartOptions {
  readonly config?: string;
  readonly out: string;
  readonly environment?: string;
  readonly port: number;
  readonly state: string;
  readonly fresh?: boolean;
  readonly awsPort: number;
  readonly json?: boolean;
}

/** Failed rules that are named at most. */
const MOST_RULES = 5;

const NO_TOKEN =
  'no token was issued, because no API of this configuration serves the token service: add "tokenService": { "basePath": "/gatehouse" } to one API';

/** Synthesizes, audits, then serves the stacks of one environment on loopback; the state folder and the ports come first. */
export async function start(options: StartOptions): Promise<void> {
  const say = sayTo(options.json === true ? process.stderr : process.stdout);
  const file = findConfig(options.config);
  const loaded = loadConfig(file);
  const environment = selectEnvironment(loaded.config, options.environment);

  const { state: stateDir, port, awsPort, fresh = false } = options;
  const reservation = await reserve({ stateDir, port, awsPort, fresh });
  try {
    synthesizeAndAudit(file, loaded, options, say);
  } catch (error) {
    await reservation.release();
    throw error;
  }
  const sandbox = await serve(reservation, loaded, environment, options);
  const keeper = keeperOf(sandbox, loaded, environment, options);
  closeOnSignal(sandbox, keeper);
  try {
    await describe(sandbox, loaded, environment, options, say, keeper);
  } catch (error) {
    // Nobody is served by halves: what was announced is there, or nothing is.
    keeper.end();
    await sandbox.close();
    throw error;
  }
}

/** Keeps what the other commands reach this sandbox by. */
function keeperOf(sandbox: Sandbox, { config }: LoadedConfig, environment: string, options: StartOptions) {
  const file = resolve(findConfig(options.config));
  const { awsEnvironment, awsCredentials: credentials } = sandbox;
  const endpoint = awsEnvironment.AWS_ENDPOINT_URL ?? '';
  const target = {
    namePrefix: `${config.prefix}-${environment}`,
    region: config.environments[environment]?.region ?? config.region,
    endpoint,
    credentials,
  };
  const facts = { environment, region: target.region, awsEndpoint: endpoint, config: file };
  return new SessionKeeper(options.state, facts, async () => {
    const client = new LambdaClient(clientOptions(target));
    const request = { name: 'gatehouse start', lifetimeSeconds: SESSION_TOKEN_SECONDS };
    return (await issueAdministratorToken(client, `${target.namePrefix}-token-service`, request)).token;
  });
}

type Say = (line: string) => void;

function synthesizeAndAudit(file: string, loaded: LoadedConfig, options: StartOptions, say: Say): void {
  progress(`synthesizing ${file}`);
  const stacks = synthesize(loaded, options.out);
  say(`synthesized ${stacks.length} stacks of ${file} into ${options.out}`);

  progress('auditing what was synthesized');
  auditBeforeServing(auditPath(options.out), say, options);
}

function serve(
  reservation: SandboxReservation,
  { config }: LoadedConfig,
  environment: string,
  { out, state, port, awsPort, fresh = false }: StartOptions,
): Promise<Sandbox> {
  return startSandbox(
    {
      synthDir: out,
      environment,
      stateDir: state,
      fresh,
      port,
      awsPort,
      userPoolClients: Object.values(config.rotation?.clientSecrets ?? {}).map(({ provider }) => provider),
      onFailure: ({ method, route, status, reason }, api) =>
        process.stderr.write(
          `gatehouse: ${api}: ${method} ${route ?? '(no route)'} answered ${status}: ${oneLine(reason)}; logs in ${state}/logs\n`,
        ),
    },
    reservation,
  );
}

function sayTo(stream: NodeJS.WriteStream): Say {
  return (line) => stream.write(`${line}\n`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

/** Nothing is served that opens a door. What else fails matters where it is deployed: it is told by its rules. */
function auditBeforeServing(report: AuditReport, say: Say, { out }: StartOptions): void {
  const code = exitCode(report, { failOn: 'critical' });
  if (code !== EXIT.ok) {
    say(renderTable(report, terminalOptions(process.stdout, process.env)).trimEnd());
    throw new CliError('the plan audit has critical findings: nothing is served', code);
  }
  const { pass, fail, unknown } = report.counts;
  const counts = `${pass} checks passed, ${fail} failed${failedRules(report)}, ${unknown} unknown`;
  say(
    `plan audit: ${methodsText(report.matrix.length)}, ${counts} (npx gatehouse audit ${out} shows who may call what)`,
  );
}

/** Rules of the open failures with how often each fails, the most frequent first: ` (rule 3, other 1 and 2 more rules)`. */
function failedRules({ findings }: AuditReport): string {
  const counts = new Map<string, number>();
  for (const { rule } of findings.filter((finding) => isOpen(finding) && finding.verdict === 'fail')) {
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  if (counts.size === 0) {
    return '';
  }
  const told = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_RULES);
  const others = counts.size - told.length;
  const more = others === 0 ? '' : ` and ${others} more ${others === 1 ? 'rule' : 'rules'}`;
  return ` (${told.map(([rule, count]) => `${rule} ${count}`).join(', ')}${more})`;
}

function methodsText(count: number): string {
  return `${count} ${count === 1 ? 'method' : 'methods'}`;
}

function selectEnvironment(config: GatehouseConfig, wanted: string | undefined): string {
  const names = Object.keys(config.environments);
  const name = wanted ?? names[0];
  if (name === undefined || !names.includes(name)) {
    throw new CliError(`no environment ${name}, there are ${names.join(', ')}`, EXIT.usage);
  }
  return name;
}

/** Prints what is served and one request that works, with a token issued over HTTP by a fresh administrator token. */
async function describe(
  sandbox: Sandbox,
  loaded: LoadedConfig,
  environment: string,
  options: StartOptions,
  say: Say,
  keeper: SessionKeeper,
): Promise<void> {
  say(`\nserving the environment ${environment}; state and logs in ${options.state}/`);
  for (const api of sandbox.apis) {
    say(`  ${api.api.padEnd(12)} ${api.baseUrl}  (${methodsText(api.routes.length)})`);
  }
  for (const note of sandbox.notes) {
    say(`  note: ${note}`);
  }
  const issued = await tryIt(sandbox, loaded, environment);
  if (issued !== undefined) keeper.begin(issued.serviceUrl, issued.administrator);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(machineReadable(sandbox, environment, options, issued))}\n`);
    return;
  }
  say(`\nwhat is rotated:\n  npx gatehouse secrets status ${cliOptions(sandbox, environment, options)}`);
  if (issued === undefined) {
    say(`\n${NO_TOKEN}\n`);
    return;
  }
  say(`\nadministrator token, valid for one hour:\n  ${issued.administrator}`);
  say(`\nthe other commands reach this sandbox by themselves:\n  npx gatehouse token list${stateText(options)}`);
  say(
    issued.curl === undefined
      ? `\ntoken of every scope, valid for twelve hours; no route of this configuration may be called with it:\n  ${issued.token}\n`
      : `\ntry it${failureText(issued, options)}:\n  ${issued.curl}\n`,
  );
  const exchange = exchangeCurl(sandbox, issued.token);
  if (exchange !== undefined) say(`exchange the token for an access token of minutes (RFC 8693):\n  ${exchange}\n`);
}

/** Says of a request that was tried and did not work how it was answered. */
function failureText({ answered }: TryIt, { state }: StartOptions): string {
  if (answered === undefined) {
    return '';
  }
  const told = answered === 0 ? 'had no answer' : `was answered ${answered}`;
  return ` (the request ${told} when it was tried just now; logs in ${state}/logs)`;
}

/** What `--json` prints, in one line: for scripts that drive the sandbox. */
function machineReadable(sandbox: Sandbox, environment: string, { state }: StartOptions, issued: TryIt | undefined) {
  return {
    environment,
    state,
    url: sandbox.url,
    awsEndpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
    ...defined({ tokenEndpoint: tokenEndpointUrl(sandbox) }),
    apis: sandbox.apis.map(({ api, baseUrl, routes }) => ({ api, baseUrl, methods: routes.length })),
    ...(issued === undefined
      ? { noToken: NO_TOKEN }
      : {
          administratorToken: issued.administrator,
          token: issued.token,
          ...(issued.curl === undefined ? {} : { curl: issued.curl }),
          ...(issued.answered === undefined ? {} : { answered: issued.answered }),
        }),
  };
}

/** Options by which another command reaches this sandbox. */
function cliOptions(sandbox: Sandbox, environment: string, { config, state }: StartOptions): string {
  const named = config === undefined ? '' : `-c ${config} `;
  const folder = stateText({ state });
  return `${named}-e ${environment} --endpoint-url ${sandbox.awsEnvironment.AWS_ENDPOINT_URL}${folder}`;
}

function stateText({ state }: Pick<StartOptions, 'state'>): string {
  return state === DEFAULT_STATE_FOLDER ? '' : ` --state ${state}`;
}

function closeOnSignal(sandbox: Sandbox, keeper: SessionKeeper): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) {
        process.exit(130);
      }
      closing = true;
      keeper.end();
      sandbox.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`gatehouse: ${error instanceof Error ? error.message : String(error)}\n`);
          process.exit(EXIT.internal);
        },
      );
    });
  }
}
