import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFolder } from '../../constructs/support/asset-zip';

export interface SynthesizedStack {
  readonly provider: { readonly aws: readonly Record<string, unknown>[] };
  readonly terraform: {
    readonly backend: Record<string, Record<string, unknown>>;
    readonly required_providers: { readonly aws: Record<string, string> };
  };
  readonly output: Record<string, { readonly value: unknown }>;
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
}

/** What was written for a stack. */
export function readStack(outdir: string, id: string): SynthesizedStack {
  return JSON.parse(readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8'));
}

/** Number of resources by type. */
export function countResources(stack: SynthesizedStack): Record<string, number> {
  return Object.fromEntries(
    Object.entries(stack.resource)
      .map(([type, bodies]): [string, number] => [type, Object.keys(bodies).length])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Every file below a folder, by name, in hexadecimal. */
export function folderBytes(folder: string): Record<string, string> {
  return Object.fromEntries(
    [...readFolder(folder)]
      .sort()
      .map(([name, file]) => [name, Buffer.from(file instanceof Uint8Array ? file : file.bytes).toString('hex')]),
  );
}
