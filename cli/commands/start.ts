import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AuditReport, auditPath, exitCode, renderTable, terminalOptions } from '../../audit';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { type GatehouseConfig, loadConfig } from '../../stacks/config';
import { bootstrap } from '../bootstrap';
import { CliError, EXIT } from '../errors';
import { configOption, DEFAULT_STATE_FOLDER, findConfig, synthFolderOption } from '../options';

interface StartOptions {
  readonly config?: string;
  readonly out: string;
  readonly environment?: string;
  readonly port: number;
  readonly state: string;
  readonly fresh?: boolean;
  readonly awsPort: number;
}

/** `gatehouse start`: synthesize, audit, then serve the stacks of one environment on loopback. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('synthesize, audit and serve one environment locally, with a freshly issued token')
    .addOption(configOption())
    .addOption(synthFolderOption())
    .option('-e, --environment <name>', 'environment to serve (default: the first of the configuration)')
    .addOption(new Option('-p, --port <number>', 'port on 127.0.0.1').env('PORT').default(8787).argParser(portOf))
    .addOption(
      new Option('--aws-port <number>', 'port of the local AWS services on 127.0.0.1, 0 takes a free one')
        .default(0)
        .argParser(portOf),
    )
    .option('--state <folder>', 'state that survives a restart: tokens, secrets, logs', DEFAULT_STATE_FOLDER)
    .option('--fresh', 'begin with an empty state: what the sandbox kept in the folder is deleted')
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const file = findConfig(options.config);
  const loaded = loadConfig(file);
  const environment = selectEnvironment(loaded.config, options.environment);

  const stacks = synthesize(loaded, options.out);
  console.log(`synthesized ${stacks.length} stacks of ${file} into ${options.out}`);

  auditBeforeServing(auditPath(options.out));

  const sandbox = await startSandbox({
    synthDir: options.out,
    environment,
    stateDir: options.state,
    fresh: options.fresh === true,
    port: options.port,
    awsPort: options.awsPort,
    userPoolClients: Object.values(loaded.config.rotation?.clientSecrets ?? {}).map(({ provider }) => provider),
    onFailure: ({ status, method, route, reason }, api) =>
      process.stderr.write(
        `${api}: ${status} ${method} ${route ?? '(no route)'}: ${reason}; logs in ${options.state}/logs\n`,
      ),
  });
  closeOnSignal(sandbox);
  await describe(sandbox, loaded.config, environment, options);
}

/** Nothing is served that opens a door. What else fails matters where it is deployed: its number is told. */
function auditBeforeServing(report: AuditReport): void {
  const code = exitCode(report, { failOn: 'critical' });
  if (code !== EXIT.ok) {
    process.stdout.write(renderTable(report, terminalOptions(process.stdout, process.env)));
    throw new CliError('the plan audit has critical findings: nothing is served', code);
  }
  const { pass, fail, unknown } = report.counts;
  const counts = `${pass} checks passed, ${fail} failed, ${unknown} unknown`;
  console.log(`plan audit: ${report.matrix.length} methods, ${counts} (npm run audit shows who may call what)`);
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
  config: GatehouseConfig,
  environment: string,
  options: StartOptions,
): Promise<void> {
  console.log(`\nserving the environment ${environment}; state and logs in ${options.state}/`);
  for (const api of sandbox.apis) {
    console.log(`  ${api.api.padEnd(12)} ${api.baseUrl}  (${api.routes.length} methods)`);
  }
  for (const note of sandbox.notes) {
    console.log(`  note: ${note}`);
  }
  const token = await issueDemonstrationToken(sandbox, config, environment);
  if (token === undefined) {
    console.log('\nno API of this configuration serves the token service, so no token was issued');
    return;
  }
  console.log(`\nwhat is rotated:\n  npx gatehouse secrets status ${cliOptions(sandbox, environment, options)}`);
  console.log(`\nadministrator token, valid for one hour:\n  ${token.administrator}`);
  console.log(`\ntry it:\n  curl -s -H 'Authorization: Bearer ${token.token}' ${token.url}\n`);
}

/** Options by which another command reaches this sandbox. */
function cliOptions(sandbox: Sandbox, environment: string, { config, state }: StartOptions): string {
  const named = config === undefined ? '' : `-c ${config} `;
  const folder = state === DEFAULT_STATE_FOLDER ? '' : ` --state ${state}`;
  return `${named}-e ${environment} --endpoint-url ${sandbox.awsEnvironment.AWS_ENDPOINT_URL}${folder}`;
}

async function issueDemonstrationToken(
  sandbox: Sandbox,
  config: GatehouseConfig,
  environment: string,
): Promise<{ administrator: string; token: string; url: string } | undefined> {
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
    },
    { name: 'gatehouse start' },
  );
  const scopes = Object.keys(config.scopes).filter((scope) => !scope.startsWith('tokens:'));
  const tiers = Object.keys(config.tiers);
  const response = await fetch(`${served.baseUrl}${api.tokenService.basePath}/tokens`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${administrator}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'gatehouse start', application: 'home-page', scopes, tier: tiers[1] ?? tiers[0] }),
  });
  const issued = (await response.json()) as { token?: string; title?: string; detail?: string };
  if (issued.token === undefined) {
    throw new CliError(`the token service answered ${response.status}: ${issued.detail ?? issued.title}`);
  }
  const route = served.routes.find(
    (entry) => entry.method === 'GET' && entry.authorization === 'CUSTOM' && !entry.path.includes('{'),
  );
  return { administrator, token: issued.token, url: `${served.baseUrl}${route?.path ?? '/'}` };
}

function closeOnSignal(sandbox: Sandbox): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) {
        process.exit(130);
      }
      closing = true;
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

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('allowed are whole numbers from 0 to 65535');
  }
  return port;
}
