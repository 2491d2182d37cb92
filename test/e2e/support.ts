import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../stacks/config';
import type { GatehouseConfig } from '../../stacks/config/types';

export const EXAMPLE = resolve(__dirname, '../../examples/homepage-dashboard');

/** Writes the example's configuration with changes; its relative paths are made absolute, so that it may lie anywhere. */
export function writeExampleConfig(folder: string, changes: (config: GatehouseConfig) => GatehouseConfig): string {
  const { config } = loadConfig(join(EXAMPLE, 'gatehouse.config.json'));
  const apis = Object.entries(config.apis).map(([name, api]) => [
    name,
    {
      ...api,
      openapi: join(EXAMPLE, api.openapi),
      backends: Object.fromEntries(
        Object.entries(api.backends).map(([key, backend]) => [
          key,
          { ...backend, bundle: join(EXAMPLE, backend.bundle) },
        ]),
      ),
    },
  ]);
  const file = join(folder, 'gatehouse.config.json');
  writeFileSync(file, JSON.stringify(changes({ ...config, apis: Object.fromEntries(apis) })));
  return file;
}

/** A configuration whose environments issue no access tokens of their own. */
export function withoutIdentity({ rotation = {}, environments, ...config }: GatehouseConfig): GatehouseConfig {
  const { signingKeys: _, ...rotated } = rotation;
  const plain = Object.entries(environments).map(([name, { identity: __, ...environment }]) => [name, environment]);
  return { ...config, rotation: rotated, environments: Object.fromEntries(plain) };
}

/** A temporary folder and its removal. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; `{}` where it is none. */
  readonly body: Record<string, unknown>;
}

export interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Loopback address to connect from. */
  readonly from?: string;
}

/** One HTTP request, from a chosen loopback address. */
export function call(url: string, options: Call = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const outgoing = request(
      url,
      {
        method: options.method ?? 'GET',
        localAddress: options.from ?? '127.0.0.1',
        agent: false,
        headers: {
          ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...options.headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          done({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parse(text) });
        });
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** Files below a folder that contain one of the given texts. */
export function filesContaining(folder: string, texts: readonly string[]): string[] {
  return filesBelow(folder).filter((file) => {
    const content = readFileSync(file);
    return texts.some((text) => content.includes(text));
  });
}
