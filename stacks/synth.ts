import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AnnotationMetadataEntryType, TerraformStack } from 'cdktf';
import { makeFolder } from '../constructs/support/make-folder';
import { createApp } from './app';
import type { LoadedConfig } from './config';
import { OutputFolder } from './output-folder';
import { recordSources } from './sources';
import { summarizeWarnings, type Warning } from './warnings';

const STACKS_FOLDER = 'stacks';

export interface SynthesizeOptions {
  /**
   * Told of each folder of a stack that the configuration no longer has, kept because Terraform's local state is in it.
   *
   * @default - one line on stderr
   */
  readonly onKept?: (folder: string) => void;
  /**
   * Told of each warning that a construct gives, with the construct's path.
   *
   * @default - a line on stderr for each kind, with their number
   */
  readonly onWarning?: (warning: string) => void;
  /** Writes `sources.json` beside each `cdk.tf.json`: the line that made each resource, for the plan audit. @default false */
  readonly sources?: boolean;
}

/**
 * Writes every stack of a configuration to `<outdir>/stacks/<id>/cdk.tf.json`, with its assets, and `manifest.json`.
 *
 * What an earlier synthesis left is cleared away, Terraform's local state and what others put there never. With a faulty
 * configuration nothing is written or cleared.
 *
 * @returns ids of the stacks, in the order in which they are deployed
 * @throws {ConfigError | OpenApiError | ConstructError} with the first fault of the configuration
 * @throws {OutputFolderError} when the folder holds something and was not written by the kit
 * @throws {Error} when a construct was not completed, with what the validations say
 */
export function synthesize(loaded: LoadedConfig, outdir: string, options: SynthesizeOptions = {}): readonly string[] {
  const output = OutputFolder.at(outdir);
  makeFolder(dirname(outdir));
  const created = !existsSync(outdir);
  const sources = options.sources === true ? recordSources() : undefined;
  try {
    const app = createApp(loaded, { outdir });
    // app.synth() writes first and validates afterwards.
    const faults = app.node.findAll().flatMap(({ node }) => node.validate().map((fault) => `${node.path}: ${fault}`));
    if (faults.length > 0) {
      throw new Error(`the stacks are not valid: ${faults.join('; ')}`);
    }
    const stacks = app.node.children.filter((child) => TerraformStack.isStack(child)).map((stack) => stack.node.id);
    output.prepare(stacks, options.onKept ?? warnOfKept);
    app.synth();
    sources?.write(app);
    const warnings = app.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
          .map(({ data }): Warning => ({ path: node.path, text: String(data) })),
      );
    if (options.onWarning === undefined) {
      for (const line of summarizeWarnings(warnings)) {
        console.error(`gatehouse: warning: ${line}`);
      }
    }
    for (const { path, text } of warnings) {
      options.onWarning?.(`${path}: ${text}`);
    }
    return stacks;
  } catch (error) {
    sources?.stop();
    if (created) {
      removeIfEmpty(join(outdir, STACKS_FOLDER));
      removeIfEmpty(outdir);
    }
    throw error;
  }
}

function warnOfKept(folder: string): void {
  console.error(`gatehouse: ${folder} is no longer configured, it is kept because it holds Terraform state`);
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) {
    rmdirSync(folder);
  }
}
