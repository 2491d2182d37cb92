import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { isLoopbackHost } from '../shared/host-names';
import { listen, stop } from '../shared/listen';
import { renderAccessLog } from './access-log';
import { findAddress } from './addressing';
import { GatewayError } from './errors';
import { domainName } from './events';
import type { RestApi } from './model';
import { clientCertificate, type MutualTlsOptions, mutualTlsServer } from './mutual-tls';
import { Pipeline, type PipelineOptions } from './pipeline';
import * as incoming from './request';
import type { GatewayAnswer } from './response';

export interface GatewayServerOptions extends PipelineOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** A second port with mutual TLS. @default - none */
  readonly mutualTls?: MutualTlsOptions;
  /** Receives each line of an access log, after the response. */
  readonly onAccessLog: (api: RestApi, line: string) => void;
}

export interface GatewayServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `https://127.0.0.1:<port>`, where mutual TLS was asked for. */
  readonly mutualTlsUrl?: string;
  /** Drops the results of the authorizer that are kept for a stage. */
  flushAuthorizers(apiId: string, stage: string): void;
  /** Stops listening and lets requests under way end for a short time. */
  close(): Promise<void>;
}

/**
 * Serves REST APIs on 127.0.0.1.
 *
 * @throws {Error} when a port is in use, a certificate cannot be read, or a model is no usable JSON Schema
 */
export async function startGateway(options: GatewayServerOptions): Promise<GatewayServer> {
  const pipeline = new Pipeline(options);
  const listener: RequestListener = (message, response) => {
    serve(options, pipeline, message, response).catch((error: unknown) => {
      // The client went away while its request was read or its answer written.
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
  const flushAuthorizers = (apiId: string, stage: string): void => pipeline.flushAuthorizers(apiId, stage);
  const maxHeaderSize = 4 * incoming.MAX_HEADER_BYTES;
  const server = createServer({ maxHeaderSize }, listener);
  const url = `http://127.0.0.1:${await listen(server, options.port)}`;
  if (options.mutualTls === undefined) {
    return { url, flushAuthorizers, close: () => stop(server) };
  }
  try {
    const secure = mutualTlsServer(options.mutualTls, maxHeaderSize, listener);
    const mutualTlsUrl = `https://127.0.0.1:${await listen(secure, options.mutualTls.port)}`;
    const close = async (): Promise<void> => void (await Promise.all([stop(server), stop(secure)]));
    return { url, mutualTlsUrl, flushAuthorizers, close };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

async function serve(
  options: GatewayServerOptions,
  pipeline: Pipeline,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLoopbackHost(message, options.apis.map(domainName))) {
    message.resume();
    await write(response, misdirected());
    return;
  }
  const { path, search } = splitTarget(message.url ?? '/');
  const address = findAddress(options.apis, message.headers.host, path);
  if (address === undefined) {
    message.resume();
    await write(response, directory(options.apis, path));
    return;
  }
  const { api } = address;
  const time = options.clock();
  const sourceIp = incoming.peerAddress(message);
  const { body, query, refusal } = await readWithinLimits(message, search);
  const request: incoming.GatewayRequest = {
    ...incoming.requestIds(),
    time,
    method: message.method ?? 'GET',
    path: address.path,
    stagePath: `/${api.stage.name}${address.path}`,
    query,
    headers: incoming.headersOf(message, { domainName: domainName(api), sourceIp, time }),
    sourceIp,
    clientCertificate: clientCertificate(message),
    protocol: `HTTP/${message.httpVersion}`,
    body,
  };
  const { answer, variables } = await pipeline.handle(api, request, refusal);
  const written = write(response, answer).catch((error: unknown) => {
    if (response.headersSent || response.destroyed) {
      throw error;
    }
    // Nothing was sent: HTTP cannot carry the answer. Whoever waits for one gets another.
    const { requestId, method } = request;
    const reason = `the answer cannot be sent: ${error instanceof Error ? error.message : String(error)}`;
    options.onRefusal(api, { requestId, method, status: 502, type: 'DEFAULT_5XX', reason });
    return write(response, BAD_GATEWAY);
  });
  const { accessLog, variables: stageVariables } = api.stage;
  if (accessLog !== undefined) {
    options.onAccessLog(api, renderAccessLog(accessLog.format, variables, stageVariables));
  }
  await written;
}

const BAD_GATEWAY: GatewayAnswer = {
  status: 502,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"message":"Internal server error"}'),
};

interface RequestParts {
  readonly body: Buffer;
  readonly query: incoming.MultiValues;
  /** Why the request goes no further. */
  readonly refusal?: GatewayError;
}

/** Reads the whole request first, so that its client gets the answer even where it is refused. */
async function readWithinLimits(message: IncomingMessage, search: string): Promise<RequestParts> {
  const none = { body: Buffer.alloc(0), query: {} };
  const size = incoming.headerBytes(message);
  try {
    const body = await incoming.readBody(message);
    if (size <= incoming.MAX_HEADER_BYTES) {
      return { body, query: incoming.queryOf(search) };
    }
  } catch (error) {
    if (error instanceof GatewayError) {
      return { ...none, refusal: error };
    }
    throw error;
  }
  const text = 'Request Header Fields Too Large';
  const cause = `request line and headers are ${size} bytes, allowed are ${incoming.MAX_HEADER_BYTES}`;
  return { ...none, refusal: new GatewayError('DEFAULT_4XX', { status: 431, text, cause, byFront: true }) };
}

function splitTarget(target: string): { path: string; search: string } {
  // A proxy's request target is a whole URL.
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = relative.indexOf('?');
  return mark < 0
    ? { path: relative, search: '' }
    : { path: relative.slice(0, mark), search: relative.slice(mark + 1) };
}

/** What the sandbox itself answers where no API is: which there are. */
function directory(apis: readonly RestApi[], path: string): GatewayAnswer {
  const served = apis.map((api) => ({
    api: api.api,
    restApiId: api.id,
    stage: api.stage.name,
    path: `/${api.api}/${api.stage.name}`,
  }));
  const message = path === '/' ? 'APIs of this sandbox' : 'no API and stage at this address';
  return {
    status: path === '/' ? 200 : 404,
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(`${JSON.stringify({ message, apis: served }, undefined, 2)}\n`),
  };
}

/** Answer to a request for a host that this is not: a web page's own name that was made to lead here. */
function misdirected(): GatewayAnswer {
  const message =
    'the sandbox answers to 127.0.0.1, localhost and [::1] with its port, and to the names of its APIs on AWS';
  return {
    status: 421,
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(`${JSON.stringify({ message })}\n`),
  };
}

/** Writes an answer; settled when it is with the operating system. */
function write(response: ServerResponse, answer: GatewayAnswer): Promise<void> {
  const byName = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of answer.headers) {
    const entry = byName.get(name.toLowerCase()) ?? { name, values: [] };
    entry.values.push(value);
    byName.set(name.toLowerCase(), entry);
  }
  const headers = Object.fromEntries([...byName.values()].map(({ name, values }) => [name, values]));
  return new Promise((resolve, reject) => {
    response.once('error', reject);
    response.once('close', resolve);
    const bodiless = answer.status === 204 || answer.status === 304;
    response.writeHead(answer.status, bodiless ? headers : { ...headers, 'Content-Length': answer.body.length });
    response.end(bodiless ? undefined : answer.body);
  });
}
