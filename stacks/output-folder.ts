import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOURCES_FILE } from '../audit/sources';
import { OutputFolderError } from './output-folder-error';

const STACKS_FOLDER = 'stacks';
const MANIFEST = 'manifest.json';
/** Says that the folder is the kit's, and which stacks it wrote. Not `.json`: it is no part of what is deployed or audited. */
const MARK = '.gatehouse-output';
/** What synthesis, and `gatehouse plan` after it, wrote before there was a mark. */
const EARLIER = [MANIFEST, STACKS_FOLDER, 'plans'];
/** Ids of the kit's stacks. Never a path that leads out of the folder. */
const STACK_ID = /^(platform|gateway)-[^/\\]+$/;
/** Files by which Terraform remembers a stack: its state, its backups and its lock. */
const STATE_FILE = /\.tfstate(\..+)?$/;

/** The folder that is synthesized to. Only what the kit wrote into it is ever deleted. */
export class OutputFolder {
  private constructor(
    private readonly path: string,
    /** Ids of the stacks that were written. */
    private readonly written: readonly string[],
  ) {}

  /**
   * Looks at a folder and changes nothing.
   *
   * @throws {OutputFolderError} for one that holds something and is not the kit's
   */
  static at(path: string): OutputFolder {
    const names = existsSync(path) ? readdirSync(path) : [];
    return new OutputFolder(path, names.includes(MARK) ? readMark(path) : earlierStacks(path, names));
  }

  /**
   * Clears away what an earlier synthesis left, and marks the folder: cdktf removes neither the folders of former stacks nor the
   * assets of former resources.
   *
   * @param onKept told of the folder of each former stack that is kept because Terraform's local state is in it
   */
  prepare(stacks: readonly string[], onKept: (folder: string) => void): void {
    const kept: string[] = [];
    for (const id of this.written) {
      const folder = join(this.path, STACKS_FOLDER, id);
      if (!existsSync(folder)) continue;
      if (stacks.includes(id)) {
        rmSync(join(folder, 'assets'), { recursive: true, force: true });
        rmSync(join(folder, SOURCES_FILE), { force: true });
      } else if (readdirSync(folder).some((name) => STATE_FILE.test(name))) {
        kept.push(id);
        onKept(folder);
      } else {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const mark = { kit: 'gatehouse', schema: 1, stacks: [...stacks, ...kept].sort() };
    writeFileSync(join(this.path, MARK), `${JSON.stringify(mark)}\n`);
  }
}

function readMark(path: string): string[] {
  const file = join(path, MARK);
  const { kit, stacks } = (parse(readFileSync(file, 'utf8')) ?? {}) as { kit?: unknown; stacks?: unknown };
  if (kit === 'gatehouse' && Array.isArray(stacks) && stacks.every((id) => STACK_ID.test(String(id)))) {
    return stacks.map(String);
  }
  throw new OutputFolderError(
    `${file} is damaged: delete the folder if it is the kit's, or name another output folder`,
  );
}

/** Stacks in a folder without a mark, which only an earlier version may have written. */
function earlierStacks(path: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const stacks = names.includes(STACKS_FOLDER) ? readdirSync(join(path, STACKS_FOLDER)) : [];
  const foreign =
    names.find((name) => !EARLIER.includes(name)) ??
    stacks.filter((id) => !STACK_ID.test(id)).map((id) => join(STACKS_FOLDER, id))[0] ??
    (names.includes(MANIFEST) && !isCdktfManifest(join(path, MANIFEST)) ? MANIFEST : undefined);
  if (foreign === undefined) return stacks;
  throw new OutputFolderError(
    `the output folder ${path} was not written by gatehouse: it has no ${MARK} and holds ${JSON.stringify(foreign)}, name an empty or a new folder`,
  );
}

/** Other programs have a `manifest.json` too, as that of a web application. */
function isCdktfManifest(file: string): boolean {
  const { stacks } = (parse(readFileSync(file, 'utf8')) ?? {}) as { stacks?: unknown };
  return typeof stacks === 'object' && stacks !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
