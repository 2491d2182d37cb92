import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, TerraformStack } from 'cdktf';
import { Node } from 'constructs';
import { SOURCES_FILE } from '../audit/sources';

/** Frames that are looked at: constructs are nested deeper than the ten that V8 keeps by default. */
const FRAMES = 100;

/** Place of a frame of V8's stack trace: `at name (file:line:column)` or `at file:line:column`. */
const FRAME = /^\s*at (?:.*? \()?(.+):(\d+):(\d+)\)?$/;

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Remembers where constructs are made, until {@link write} puts it beside the stacks. */
export interface SourceRecorder {
  /**
   * Writes `sources.json` beside each `cdk.tf.json` of an app and ends the recording. To be called after `app.synth()`.
   *
   * @returns the files that were written
   */
  write(app: App): readonly string[];
  /** Ends the recording and writes nothing. */
  stop(): void;
}

/**
 * Records the line that makes each resource, so that the plan audit can point at it: cdktf 0.21 writes construct paths into
 * `cdk.tf.json`, but no lines. To be called before the stacks are made:
 *
 * ```ts
 * const sources = recordSources();
 * const app = new App();
 * new MyStack(app, 'my-stack');
 * app.synth();
 * sources.write(app);
 * ```
 *
 * A resource belongs to the innermost line of the project that led to it: not to a line of `node_modules`, and of compiled files to
 * the line of their source map. Files are named relative to the project, so the same sources give the same bytes everywhere;
 * `cdk.tf.json` is not touched.
 *
 * @param root folder of the project. @default - the working folder
 */
export function recordSources(root: string = process.cwd()): SourceRecorder {
  const places = new Map<Node, Place>();
  const locate = locator(resolve(root));
  const original = Node.prototype.addMetadata;
  // Every element of cdktf announces itself so in its constructor; nothing else tells of one while its stack trace is there.
  function addMetadata(this: Node, ...args: Parameters<Node['addMetadata']>): void {
    original.apply(this, args);
    if (args[0] === 'stacktrace') {
      const place = locate(stackTrace(addMetadata));
      if (place !== undefined) {
        places.set(this, place);
      }
    }
  }
  Node.prototype.addMetadata = addMetadata;
  const stop = () => {
    if (Node.prototype.addMetadata === addMetadata) {
      Node.prototype.addMetadata = original;
    }
  };
  return {
    stop,
    write: (app) => {
      stop();
      return writeSources(app, places);
    },
  };
}

function writeSources(app: App, places: ReadonlyMap<Node, Place>): string[] {
  const files: string[] = [];
  for (const stack of app.node.children.filter((child) => TerraformStack.isStack(child))) {
    const folder = join(app.outdir, 'stacks', stack.node.id);
    const synth = readFileSync(join(folder, 'cdk.tf.json'));
    const found = stack.node
      .findAll()
      .flatMap(({ node }) => {
        const place = places.get(node);
        return place === undefined ? [] : [[node.path, place] as const];
      })
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    const document = {
      version: 1,
      of: createHash('sha256').update(synth).digest('hex'),
      sources: Object.fromEntries(found),
    };
    const file = join(folder, SOURCES_FILE);
    writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);
    files.push(file);
  }
  return files;
}

function stackTrace(above: (...args: never[]) => unknown): string {
  const limit = Error.stackTraceLimit;
  const holder: { stack?: string } = {};
  try {
    Error.stackTraceLimit = FRAMES;
    Error.captureStackTrace(holder, above);
    return holder.stack ?? '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Finds the innermost frame within the project. */
function locator(root: string): (trace: string) => Place | undefined {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (file: string) => {
    if (!maps.has(file)) {
      maps.set(file, readSourceMap(file));
    }
    return maps.get(file);
  };
  return (trace) => {
    for (const text of trace.split('\n')) {
      const [, named = '', line, column] = FRAME.exec(text) ?? [];
      const file = named.startsWith('file:') ? fileURLToPath(named) : named;
      if (inProject(root, file)) {
        const place = original(file, Number(line), Number(column), mapOf(file));
        if (inProject(root, place.file)) {
          return { ...place, file: relative(root, place.file).split(sep).join('/') };
        }
      }
    }
    return undefined;
  };
}

function inProject(root: string, file: string): boolean {
  return file.startsWith(root + sep) && !relative(root, file).split(sep).includes('node_modules');
}

/** The place in the source of a compiled file; the place itself where there is no source map. */
function original(file: string, line: number, column: number, map: SourceMap | undefined): Place {
  // Source maps count from 0, V8 and people from 1.
  const entry = map?.findEntry(line - 1, column - 1);
  return entry !== undefined && 'originalSource' in entry
    ? {
        file: resolve(dirname(file), decodeURIComponent(entry.originalSource)),
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
      }
    : { file, line, column };
}

/** Source map that a file names in its last lines, in a file beside it or as a data URL. */
function readSourceMap(file: string): SourceMap | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const url = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, 'utf8'))?.[1];
  const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url ?? '')?.[1];
  const beside = join(dirname(file), url ?? '');
  if (url === undefined || (inline === undefined && !existsSync(beside))) {
    return undefined;
  }
  const text = inline === undefined ? readFileSync(beside, 'utf8') : Buffer.from(inline, 'base64').toString('utf8');
  return new SourceMap(JSON.parse(text) as SourceMapPayload);
}
