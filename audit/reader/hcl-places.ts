import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { keyPlaces } from './json-places';
import { parseTraversal } from './traversal';

/** Line of a block in a Terraform configuration, counted from 1; the file is relative to the folder of the root module. */
export interface HclPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Blocks of a module: `aws_lambda_function.orders`, `data.aws_region.here`, `module.gateway`, and where modules of it come from. */
interface Module {
  readonly blocks: ReadonlyMap<string, HclPlace>;
  readonly sources: ReadonlyMap<string, string>;
}

/** Labels of a block in quotes, or without. */
const HEADER = /^[ \t]*(resource|data|module|output)[ \t]+"?([\w-]+)"?(?:[ \t]+"?([\w-]+)"?)?[ \t]*\{/;
/** On a line of its own, or the first of a block on one line. */
const SOURCE = /(?:^|\{)[ \t]*source[ \t]*=[ \t]*"([^"$%]*)"/;
const HEREDOC = /^<<[-~]?([A-Za-z_]\w*)[ \t]*$/;
/** Modules within modules that are followed. */
const DEEPEST = 10;

/**
 * Finds the lines of a Terraform configuration at which its resources are declared: of files in its own syntax and in JSON, in the root module and in
 * modules that lie in folders. It reads headers of blocks alone, and takes no configuration for wrong that Terraform takes.
 *
 * @param folder of the root module
 * @returns a lookup by the address of a resource; `undefined` where its block is not found, as in modules from a registry
 */
export function hclPlaces(folder: string): (address: string) => HclPlace | undefined {
  const modules = new Map<string, Module>();
  const moduleIn = (path: string): Module => {
    const found = modules.get(path) ?? readModule(folder, path);
    modules.set(path, found);
    return found;
  };
  return (address) => {
    const names = (parseTraversal(address) ?? []).flatMap((step) => ('name' in step ? [step.name] : []));
    let current = moduleIn('.');
    let path = '.';
    let at = 0;
    for (; names[at] === 'module' && at < DEEPEST * 2 && names.length > at + 2; at += 2) {
      const source = current.sources.get(names[at + 1] ?? '');
      if (source === undefined) {
        // The module comes from elsewhere: who calls it is told.
        return current.blocks.get(`module.${names[at + 1]}`);
      }
      path = normalize(join(path, source));
      current = moduleIn(path);
    }
    return current.blocks.get(names.slice(at, names[at] === 'data' ? at + 3 : at + 2).join('.'));
  };
}

function readModule(folder: string, path: string): Module {
  const blocks = new Map<string, HclPlace>();
  const sources = new Map<string, string>();
  for (const name of filesOf(join(folder, path))) {
    const file = normalize(join(path, name)).replaceAll('\\', '/');
    const text = textOf(join(folder, path, name));
    const read = name.endsWith('.json') ? readJson : readHcl;
    read(
      text,
      (key, place) => blocks.set(key, { file, ...place }),
      (module, source) => sources.set(module, source),
    );
  }
  return { blocks, sources };
}

type AddBlock = (key: string, place: { readonly line: number; readonly column: number }) => void;
type AddSource = (module: string, source: string) => void;

/** Reads the headers of the outermost blocks. Braces in texts, here-documents and comments do not count. */
function readHcl(text: string, addBlock: AddBlock, addSource: AddSource): void {
  let depth = 0;
  let end: string | undefined;
  let isComment = false;
  let module: string | undefined;
  text.split(/\r?\n/).forEach((line, index) => {
    if (end !== undefined) {
      end = line.trim() === end ? undefined : end;
      return;
    }
    if (depth === 0 && !isComment) {
      const [, kind = '', first = '', second] = HEADER.exec(line) ?? [];
      module = kind === 'module' ? first : undefined;
      const key =
        kind === 'resource' ? `${first}.${second}` : kind === 'data' ? `data.${first}.${second}` : `${kind}.${first}`;
      if (kind !== '') {
        addBlock(key, { line: index + 1, column: line.search(/\S/) + 1 });
      }
    }
    if (depth <= 1 && !isComment && module !== undefined) {
      const source = SOURCE.exec(line)?.[1];
      // Others come from a registry or a repository.
      if (source !== undefined && /^\.{1,2}\//.test(source)) {
        addSource(module, source);
      }
    }
    const scanned = scan(line, isComment);
    depth += scanned.braces;
    isComment = scanned.isComment;
    end = scanned.end;
  });
}

interface Scanned {
  readonly braces: number;
  readonly isComment: boolean;
  /** Line that ends the here-document which begins on this one. */
  readonly end: string | undefined;
}

/** Braces of a line that count, and whether it ends within a comment. A text ends on its line; what is within `${}` of it may hold another. */
function scan(line: string, startsInComment: boolean): Scanned {
  let isComment = startsInComment;
  let braces = 0;
  /** Texts, and templates within them, that are open. */
  const open: ('text' | 'template')[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const [one, two] = [line[at], line.slice(at, at + 2)];
    const within = open.at(-1);
    if (isComment) {
      isComment = two !== '*/';
      at += isComment ? 0 : 1;
    } else if (within === 'text') {
      if (one === '"') {
        open.pop();
      } else if (two === '${' || two === '%{') {
        open.push('template');
        at += 1;
      } else if (one === '\\' || two === '$$' || two === '%%') {
        at += 1;
      }
    } else if (one === '"') {
      open.push('text');
    } else if (within === 'template') {
      if (one === '{') {
        open.push('template');
      } else if (one === '}') {
        open.pop();
      }
    } else if (two === '/*') {
      isComment = true;
    } else if (two === '//' || one === '#') {
      break;
    } else if (two === '<<' && HEREDOC.test(line.slice(at))) {
      return { braces, isComment, end: HEREDOC.exec(line.slice(at))?.[1] };
    } else {
      braces += one === '{' ? 1 : one === '}' ? -1 : 0;
    }
  }
  return { braces, isComment, end: undefined };
}

function readJson(text: string, addBlock: AddBlock, addSource: AddSource): void {
  for (const [key, place] of keyPlaces(text, 3)) {
    const [kind, ...names] = JSON.parse(key) as string[];
    const isBlock = names.length === (kind === 'resource' || kind === 'data' ? 2 : 1);
    if (isBlock && (kind === 'resource' || kind === 'data' || kind === 'module' || kind === 'output')) {
      addBlock([...(kind === 'resource' ? [] : [kind]), ...names].join('.'), place);
    }
  }
  for (const [module, source] of modulesOf(text)) {
    addSource(module, source);
  }
}

function modulesOf(text: string): [string, string][] {
  try {
    const { module = {} } = JSON.parse(text) as { module?: Record<string, { source?: unknown }> };
    return Object.entries(module).flatMap(([name, { source }]) =>
      typeof source === 'string' && /^\.{1,2}\//.test(source) ? [[name, source]] : [],
    );
  } catch {
    // Terraform says what is wrong with it; here a line is missing.
    return [];
  }
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.tf(\.json)?$/.test(name))
      .sort();
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
