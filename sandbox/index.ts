import './required-packages';

import { resolve } from 'node:path';
import { type LocalAws, type RotationEvent, startLocalAws, type UserPoolClientSpec } from './aws';
import { LogSubscriptions } from './events/log-subscriptions';
import { Schedules } from './events/schedules';
import { domainName } from './gateway/events';
import { FunctionAccess, functionNameOf } from './gateway/function-access';
import type { RestApi } from './gateway/model';
import type { MutualTlsOptions } from './gateway/mutual-tls';
import type { RequestRefusal } from './gateway/pipeline';
import { type GatewayServer, startGateway } from './gateway/server';
import { FunctionRuntime, type InvokeResult } from './runtime';
import { LogFiles } from './runtime/log-files';
import { reserve, type SandboxReservation } from './state/reservation';
import { readSynth, type SynthModel } from './synth';

export { type AccessLineQuery, type AccessLineRow, queryAccessLines } from './access-lines';
export type { MutualTlsOptions } from './gateway/mutual-tls';
export type { RequestRefusal } from './gateway/pipeline';
export { SandboxError } from './state/error';
export { type ReservationOptions, reserve, type SandboxReservation } from './state/reservation';
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
  /**
   * Begins with an empty state: what the sandbox wrote into the folder is deleted, once the folder and the ports are certain.
   *
   * @default false
   */
  readonly fresh?: boolean;
  /** App clients of Cognito user pools whose secrets are rotated. @default - there is none */
  readonly userPoolClients?: readonly UserPoolClientSpec[];
  /** Port of the AWS services on 127.0.0.1. @default 0, a free port */
  readonly awsPort?: number;
  /** Pauses before a failed rotation is tried again, in milliseconds. @default 1 s, 2 s, 5 s, 10 s */
  readonly rotationRetryDelaysMs?: readonly number[];
  /**
   * Stands between Secrets Manager and a rotation function, to try what happens when a step fails or its answer is lost.
   *
   * @default - the function is called
   */
  readonly interceptRotation?: (
    call: { readonly functionName: string; readonly event: unknown },
    invoke: () => Promise<InvokeResult>,
  ) => Promise<InvokeResult>;
  /** Port of the gateway on 127.0.0.1; 0 takes a free one. @default 8787 */
  readonly port?: number;
  /** Serves the gateways with mutual TLS too, as a custom domain of API Gateway does. @default - plain HTTP only */
  readonly mutualTls?: MutualTlsOptions;
  /**
   * Epoch milliseconds, for policies, throttles, quotas, the authorizer cache, schedules, and what functions take for the
   * time. Retries and time-outs go by this machine's clock.
   *
   * @default Date.now
   */
  readonly clock?: () => number;
  /** Receives each access-log line after it was written to its file. */
  readonly onAccessLog?: (line: string, api: string) => void;
  /** Told of each request that a function or the API's own configuration failed (5xx), after that was logged. */
  readonly onFailure?: (failure: RequestRefusal, api: string) => void;
  /** Told of each rotation's beginning and end, after that was logged. */
  readonly onRotation?: (event: RotationEvent) => void;
  /**
   * Told in a line of what keeps the sandbox from its work, such as a full disk; it goes on, and so does what waits when it can.
   *
   * @default - a line on stderr, the same one once a minute at most
   */
  readonly onTrouble?: (line: string) => void;
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
  /** The credentials that the local services demand, new at every start; `awsEnvironment` has them too. */
  readonly awsCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Names of the functions. */
  readonly functions: readonly string[];
  /** What of the plan is not done here, a line each. */
  readonly notes: readonly string[];
  /** Begins what is due by the clock now, and resolves when no rotation, no scheduled function and no delivery of log lines is under way. */
  settle(): Promise<void>;
  /** Ends the execution environments of a function, whatever they are doing. */
  crash(functionName: string): Promise<void>;
  /** Stops serving: requests under way may end, then functions and services stop. */
  close(): Promise<void>;
}

/** What CloudTrail would record of rotations, a line each. */
const ROTATION_LOG_GROUP = 'secretsmanager/rotations';

/**
 * Runs what was synthesized, on 127.0.0.1: gateways, functions, and the AWS services that the functions use.
 *
 * @param reservation the state folder and the ports of the same options, where they were reserved before, as by a program that
 *   synthesizes in between; it is used up. @default - they are reserved now
 * @throws {SynthError} when the stacks cannot be run as they are
 * @throws {SandboxError} when a port is in use, or the state folder is another sandbox's, not the kit's, or incomplete
 * @throws {Error} when a certificate cannot be read
 */
export async function startSandbox(options: SandboxOptions, reservation?: SandboxReservation): Promise<Sandbox> {
  const onTrouble = options.onTrouble ?? tellOnStderr();
  const { state, port, awsPort, release } = reservation ?? (await reserve(options));
  const opened: { close(): Promise<void> }[] = [{ close: release }];
  try {
    if (options.fresh === true) {
      state.clear();
    }
    const stateDir = state.path;
    const model = readSynth({ ...options, synthDir: resolve(options.synthDir), stateDir });
    const logs = new LogFiles(stateDir, { onTrouble });
    opened.push({ close: async () => logs.close() });
    await awsPort.release();
    const placed = { ...options, port: port.port, awsPort: awsPort.port, onTrouble };
    // The gateway is opened last; until then there is nothing to flush.
    let gateway: GatewayServer | undefined;
    const flushAuthorizers = (apiId: string, stage: string) => gateway?.flushAuthorizers(apiId, stage);
    const localValue = (value: string) =>
      gateway === undefined ? value : localAddress(value, model.apis, gateway.url);
    const started = { ...placed, flushAuthorizers, localValue };
    const { runtime, aws, schedules, subscriptions } = await startServices(started, model, stateDir, logs, opened);
    await port.release();
    const served = await serveGateway(placed, model, { runtime, aws, logs, subscriptions });
    gateway = served;
    opened.push(served);
    state.recordComplete();
    return {
      url: served.url,
      ...(served.mutualTlsUrl === undefined ? {} : { mutualTlsUrl: served.mutualTlsUrl }),
      apis: model.apis.map((api) => describe(api, served.url)),
      awsEnvironment: aws.environment,
      awsCredentials: aws.credentials,
      functions: model.functions.map(({ name }) => name),
      notes: model.notes,
      settle: async () => {
        schedules.poll();
        aws.rotations.poll();
        subscriptions.flush();
        await Promise.all([schedules.idle(), aws.rotations.idle(), subscriptions.idle()]);
      },
      crash: (functionName) => runtime.crash(functionName),
      close: () => closeAll(opened),
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

interface Services {
  readonly runtime: FunctionRuntime;
  readonly aws: LocalAws;
  readonly schedules: Schedules;
  readonly subscriptions: LogSubscriptions;
}

async function startServices(
  options: SandboxOptions & {
    readonly onTrouble: (line: string) => void;
    readonly flushAuthorizers: (apiId: string, stage: string) => void;
    readonly localValue: (value: string) => string;
  },
  model: SynthModel,
  stateDir: string,
  logs: LogFiles,
  opened: { close(): Promise<void> }[],
): Promise<Services> {
  const { onFunctionLog, onTrouble, clock } = options;
  const access = new FunctionAccess((name, event) => runtime.invoke(name, event), model.permissions);
  let environment: Readonly<Record<string, string>> = {};
  const runtime = new FunctionRuntime({
    functions: model.functions,
    stateDir,
    environment: () => environment,
    localValue: options.localValue,
    ...(clock === undefined ? {} : { clock }),
    ...(onFunctionLog === undefined ? {} : { onLog: onFunctionLog }),
    onTrouble,
  });
  opened.push(runtime);
  await runtime.prepare();
  const aws = await startLocalAws({
    stateDir,
    tables: model.tables,
    secrets: model.secrets,
    buckets: model.buckets,
    signingKeys: model.signingKeys,
    usagePlans: model.usagePlans,
    restApis: model.apis.map(({ id, name, stage }) => ({ id, name, stage: stage.name })),
    flushAuthorizers: options.flushAuthorizers,
    onTrouble,
    invoke: (name, event, qualifier) => runtime.invoke(name, event, qualifier),
    rotate: (functionName, event) => {
      const invoke = () => runtime.invoke(functionName, event);
      return options.interceptRotation?.({ functionName, event }, invoke) ?? invoke();
    },
    rotationRefusal: (functionArn, secretArn) => access.refusal(functionArn, secretArn, 'secretsmanager.amazonaws.com'),
    onRotation: (event) => {
      logs.append(ROTATION_LOG_GROUP, JSON.stringify(event));
      options.onRotation?.(event);
    },
    ...(clock === undefined ? {} : { clock }),
    ...(options.userPoolClients === undefined ? {} : { userPoolClients: options.userPoolClients }),
    ...(options.awsPort === undefined ? {} : { port: options.awsPort }),
    ...(options.rotationRetryDelaysMs === undefined ? {} : { rotationRetryDelaysMs: options.rotationRetryDelaysMs }),
    region: model.region,
    accountId: model.accountId,
  });
  environment = aws.environment;
  opened.push(aws);
  const schedules = new Schedules({
    schedules: model.schedules,
    invoke: (functionArn, event) => runtime.invoke(functionNameOf(functionArn), event),
    refusal: (functionArn, ruleArn) => access.refusal(functionArn, ruleArn, 'events.amazonaws.com'),
    clock: clock ?? Date.now,
  });
  opened.push(schedules);
  const subscriptions = new LogSubscriptions({
    subscriptions: model.subscriptions,
    invoke: (functionArn, event) => runtime.invoke(functionNameOf(functionArn), event),
    refusal: (functionArn, logGroupArn) => access.refusal(functionArn, logGroupArn, 'logs.amazonaws.com'),
    clock: clock ?? Date.now,
    onTrouble,
  });
  opened.push(subscriptions);
  schedules.start();
  aws.rotations.start();
  return { runtime, aws, schedules, subscriptions };
}

function serveGateway(
  options: SandboxOptions,
  model: SynthModel,
  { runtime, aws, logs, subscriptions }: Omit<Services, 'schedules'> & { readonly logs: LogFiles },
): Promise<GatewayServer> {
  const { port = 8787, mutualTls, clock = Date.now, onAccessLog, onFailure } = options;
  return startGateway({
    apis: model.apis,
    usagePlans: model.usagePlans,
    permissions: model.permissions,
    invoke: (name, event) => runtime.invoke(name, event),
    findKey: (value) => aws.apiKeys.findByValue(value),
    recordUse: (use) => aws.apiKeys.recordUse(use),
    clock,
    port,
    ...(mutualTls === undefined ? {} : { mutualTls }),
    onAccessLog: (api, line) => {
      const logGroup = api.stage.accessLog?.logGroup ?? executionLogGroup(api);
      logs.append(logGroup, line);
      subscriptions.offer(logGroup, line);
      onAccessLog?.(line, api.api);
    },
    onRefusal: (api, refusal) => {
      const { requestId, status, type, reason } = refusal;
      logs.append(
        executionLogGroup(api),
        `${new Date(clock()).toISOString()} ${requestId} ${status} ${type}: ${reason}`,
      );
      if (status >= 500) {
        onFailure?.(refusal, api.api);
      }
    },
  });
}

/** How long the same trouble is not told again, in milliseconds. */
const TOLD_MS = 60_000;

function tellOnStderr(): (line: string) => void {
  const told = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    if (now - (told.get(line) ?? 0) < TOLD_MS) {
      return;
    }
    told.set(line, now);
    process.stderr.write(`gatehouse: ${line}\n`);
  };
}

/** As API Gateway names it, with `_` where CloudWatch has it too. */
function executionLogGroup(api: RestApi): string {
  return `API-Gateway-Execution-Logs_${api.id}/${api.stage.name}`;
}

/** Where a stage is here, for the address of one on AWS; any other value as it is. */
function localAddress(value: string, apis: readonly RestApi[], url: string): string {
  const api = apis.find((one) => value === `https://${domainName(one)}/${one.stage.name}`);
  return api === undefined ? value : describe(api, url).baseUrl;
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
  if (failures.length > 0) {
    throw new AggregateError(failures, `the sandbox did not close: ${failures.map(String).join('; ')}`);
  }
}
