import { resolve } from 'node:path';
import { type LocalAws, startLocalAws } from './aws';
import type { RestApi } from './gateway/model';
import type { MutualTlsOptions } from './gateway/mutual-tls';
import { type GatewayServer, startGateway } from './gateway/server';
import { FunctionRuntime } from './runtime';
import { LogFiles } from './runtime/log-files';
import { readSynth, type SynthModel } from './synth';

export type { MutualTlsOptions } from './gateway/mutual-tls';
export { SynthError } from './synth';

export interface SandboxOptions {
  /** Folder that was synthesized to, with `manifest.json`. */
  readonly synthDir: string;
  /** Environment whose platform and gateways are served. */
  readonly environment: string;
  /** Ids of the stacks to serve instead, for stacks with other names. @default - those of the environment */
  readonly stacks?: readonly string[];
  /** Folder of everything that survives a restart: tables, secrets, usage keys, deployments, logs. */
  readonly stateDir: string;
  /** Port of the gateway on 127.0.0.1; 0 takes a free one. @default 8787 */
  readonly port?: number;
  /** Serves the gateways with mutual TLS too, as a custom domain of API Gateway does. @default - plain HTTP only */
  readonly mutualTls?: MutualTlsOptions;
  /** Epoch milliseconds, for the time in policies, throttles, quotas, the authorizer cache. @default Date.now */
  readonly clock?: () => number;
  /** Receives each access-log line after it was written to its file. */
  readonly onAccessLog?: (line: string, api: string) => void;
  /** Receives each line of a function after it was written to its file. */
  readonly onFunctionLog?: (functionName: string, line: string) => void;
}

/** One API that is served. */
export interface SandboxApi {
  /** Name of the REST API. */
  readonly name: string;
  /** Name in the address: the kit's name of the API. */
  readonly api: string;
  readonly restApiId: string;
  readonly stage: string;
  /** `http://127.0.0.1:<port>/<api>/<stage>`; a route's path follows. */
  readonly baseUrl: string;
  readonly routes: readonly { readonly method: string; readonly path: string; readonly authorization: string }[];
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `https://127.0.0.1:<port>`, where mutual TLS was asked for; the paths are those of `url`. */
  readonly mutualTlsUrl?: string;
  readonly apis: readonly SandboxApi[];
  /** Environment variables by which AWS SDKs and the command line reach the local services. */
  readonly awsEnvironment: Readonly<Record<string, string>>;
  /** Names of the functions. */
  readonly functions: readonly string[];
  /** What of the plan is not done here, a line each. */
  readonly notes: readonly string[];
  /** Stops serving: requests under way may end, then functions and services stop. */
  close(): Promise<void>;
}

/**
 * Runs what was synthesized, on 127.0.0.1: gateways, functions, and the AWS services that the functions use.
 *
 * @throws {SynthError} when the stacks cannot be run as they are
 * @throws {Error} when a port is in use, a certificate cannot be read, or the state is used by another process
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const stateDir = resolve(options.stateDir);
  const model = readSynth({ ...options, synthDir: resolve(options.synthDir), stateDir });
  const logs = new LogFiles(stateDir);
  const opened: { close(): Promise<void> }[] = [{ close: () => Promise.resolve(logs.close()) }];
  try {
    const { runtime, aws } = await startServices(options, model, stateDir, opened);
    const gateway = await serveGateway(options, model, { runtime, aws, logs });
    opened.push(gateway);
    return {
      url: gateway.url,
      ...(gateway.mutualTlsUrl === undefined ? {} : { mutualTlsUrl: gateway.mutualTlsUrl }),
      apis: model.apis.map((api) => describe(api, gateway.url)),
      awsEnvironment: aws.environment,
      functions: model.functions.map(({ name }) => name),
      notes: model.notes,
      close: () => closeAll(opened),
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function startServices(
  options: SandboxOptions,
  model: SynthModel,
  stateDir: string,
  opened: { close(): Promise<void> }[],
): Promise<{ runtime: FunctionRuntime; aws: LocalAws }> {
  const { onFunctionLog } = options;
  let environment: Readonly<Record<string, string>> = {};
  const runtime = new FunctionRuntime({
    functions: model.functions,
    stateDir,
    environment: () => environment,
    ...(onFunctionLog === undefined ? {} : { onLog: onFunctionLog }),
  });
  opened.push(runtime);
  await runtime.prepare();
  const aws = await startLocalAws({
    stateDir,
    tables: model.tables,
    secrets: model.secrets,
    usagePlans: model.usagePlans,
    invoke: (name, event) => runtime.invoke(name, event),
    region: model.region,
    accountId: model.accountId,
  });
  environment = aws.environment;
  opened.push(aws);
  return { runtime, aws };
}

function serveGateway(
  options: SandboxOptions,
  model: SynthModel,
  { runtime, aws, logs }: { runtime: FunctionRuntime; aws: LocalAws; logs: LogFiles },
): Promise<GatewayServer> {
  const { port = 8787, mutualTls, clock = Date.now, onAccessLog } = options;
  return startGateway({
    apis: model.apis,
    usagePlans: model.usagePlans,
    permissions: model.permissions,
    invoke: (name, event) => runtime.invoke(name, event),
    findKey: (value) => aws.apiKeys.findByValue(value),
    clock,
    port,
    ...(mutualTls === undefined ? {} : { mutualTls }),
    onAccessLog: (api, line) => {
      logs.append(api.stage.accessLog?.logGroup ?? executionLogGroup(api), line);
      onAccessLog?.(line, api.api);
    },
    onExecutionLog: (api, message) =>
      logs.append(executionLogGroup(api), `${new Date(clock()).toISOString()} ${message}`),
  });
}

/** As API Gateway names it, with `_` where CloudWatch has it too. */
function executionLogGroup(api: RestApi): string {
  return `API-Gateway-Execution-Logs_${api.id}/${api.stage.name}`;
}

function describe(api: RestApi, url: string): SandboxApi {
  return {
    name: api.name,
    api: api.api,
    restApiId: api.id,
    stage: api.stage.name,
    baseUrl: `${url}/${api.api}/${api.stage.name}`,
    routes: api.definition.resources.flatMap(({ path, methods }) =>
      methods.map(({ httpMethod, authorization }) => ({ method: httpMethod, path, authorization })),
    ),
  };
}

/** In the opposite order of opening; one that fails does not keep the others open. */
async function closeAll(opened: { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of opened.splice(0).reverse()) {
    await part.close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the sandbox did not close: ${failures.map(String).join('; ')}`);
}
