import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { strToU8, zipSync } from 'fflate';

/** Writes a deployment package with one module. */
export function writeFunctionZip(file: string, source: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, zipSync({ 'index.js': strToU8(source) }));
}

/** What a test token makes the authorizer do. */
export interface TokenBehaviour {
  /** Returned as it is, after `{prefix}` became `arn:…:<api>/<stage>`. */
  readonly returns?: unknown;
  readonly throws?: string;
  /** Puts the event, as JSON, into the context value `event`. */
  readonly showEvent?: boolean;
  /** Makes tokens of the same behaviour differ. */
  readonly id?: string;
}

/** A token whose text says what the authorizer does with it. */
export function token(behaviour: TokenBehaviour): string {
  return Buffer.from(JSON.stringify(behaviour)).toString('base64url');
}

/** Authorizer that does what the token says, and writes a line for each invocation. */
export const AUTHORIZER_SOURCE = `
let calls = 0;
exports.handler = async (event) => {
  calls += 1;
  console.log('authorizer invoked');
  const header = Object.entries(event.headers || {}).find(([name]) => name.toLowerCase() === 'authorization');
  const text = (header ? header[1] : '').replace(/^Bearer /, '');
  const behaviour = text === '' ? { throws: 'Unauthorized' } : JSON.parse(Buffer.from(text, 'base64url').toString());
  if (behaviour.throws !== undefined) throw new Error(behaviour.throws);
  const prefix = event.methodArn.split('/').slice(0, 2).join('/');
  const result = JSON.parse(JSON.stringify(behaviour.returns).replaceAll('{prefix}', prefix));
  if (behaviour.showEvent) result.context = { ...result.context, event: JSON.stringify(event) };
  if (result && result.context && result.context.calls === 'count') result.context.calls = calls;
  return result;
};
`;

/** Backend that answers with its event, or with what the header \`X-Behaviour\` says. */
export const BACKEND_SOURCE = `
let calls = 0;
exports.handler = async (event) => {
  calls += 1;
  console.log('backend invoked');
  const header = Object.entries(event.headers || {}).find(([name]) => name.toLowerCase() === 'x-behaviour');
  const behaviour = header ? JSON.parse(header[1]) : {};
  if (behaviour.throws !== undefined) throw new Error(behaviour.throws);
  if (behaviour.waits !== undefined) await new Promise((resolve) => setTimeout(resolve, behaviour.waits));
  if (behaviour.hangs) return new Promise(() => {});
  if ('returns' in behaviour) return behaviour.returns;
  return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ calls, event }) };
};
`;
