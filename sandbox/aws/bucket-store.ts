import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { SandboxError } from '../state/error';
import { codeOf } from './error-code';
import { AwsError } from './protocol';
import type { BucketSpec } from './types';

/** Names of files on every system; what the kit writes has no others. */
const KEY = /^(?!\.\.?(\/|$))[A-Za-z0-9_.=-]+(\/(?!\.\.?(\/|$))[A-Za-z0-9_.=-]+)*$/;
const LONGEST_KEY = 900;
/** Folder of files that are being written, beside the buckets. */
const UNFINISHED = '.unfinished';

/** An object as it is in a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
}

export type ObjectHead = Omit<StoredObject, 'body'> & { readonly size: number };

/**
 * Buckets of S3: a folder per bucket, a file per object, its key as the path. Every object is on the disk before a write is answered.
 *
 * Where a bucket has Object Lock, an object is neither replaced nor deleted while its retention runs: versions are not kept here, so that
 * what S3 would keep as an older version is refused.
 */
export class BucketStore {
  private readonly folder: string;
  private readonly buckets: ReadonlyMap<string, BucketSpec>;

  /** @throws {SandboxError} where the folders cannot be made */
  constructor(
    stateDir: string,
    buckets: readonly BucketSpec[],
    /** Epoch seconds. */
    private readonly now: () => number,
  ) {
    this.folder = path.join(stateDir, 'buckets');
    this.buckets = new Map(buckets.map((bucket) => [bucket.name, bucket]));
    if (buckets.length === 0) {
      return;
    }
    try {
      rmSync(path.join(this.folder, UNFINISHED), { recursive: true, force: true });
      for (const name of [...this.buckets.keys(), UNFINISHED]) {
        mkdirSync(path.join(this.folder, name), { recursive: true, mode: 0o700 });
      }
    } catch (error) {
      throw new SandboxError(`${this.folder} cannot be made (${codeOf(error) ?? String(error)})`, { cause: error });
    }
  }

  has(bucket: string): boolean {
    return this.buckets.has(bucket);
  }

  /** @throws {AwsError} `NoSuchKey` */
  get(bucket: string, key: string): StoredObject {
    const file = this.fileOf(bucket, key);
    try {
      const body = readFileSync(file);
      return { key, body, etag: etagOf(body), lastModified: statSync(file).mtime };
    } catch (error) {
      throw isMissing(error) ? new AwsError('NoSuchKey', 'The specified key does not exist.', 404) : error;
    }
  }

  /**
   * @param onlyNew whether there must be no object with the key yet
   * @throws {AwsError} `PreconditionFailed`, or `AccessDenied` for an object under retention
   */
  put(bucket: string, key: string, body: Buffer, onlyNew: boolean): { readonly etag: string } {
    const file = this.fileOf(bucket, key);
    if (!onlyNew) {
      this.refuseRetained(bucket, file);
    }
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const unfinished = path.join(this.folder, UNFINISHED, randomBytes(8).toString('hex'));
    try {
      const descriptor = openSync(unfinished, 'wx', 0o600);
      try {
        writeFileSync(descriptor, body);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      utimesSync(unfinished, this.now(), this.now());
      if (onlyNew) {
        // Unlike a rename, a link never takes the place of a file that is there.
        linkSync(unfinished, file);
      } else {
        renameSync(unfinished, file);
      }
    } catch (error) {
      throw codeOf(error) === 'EEXIST'
        ? new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
        : error;
    } finally {
      rmSync(unfinished, { force: true });
    }
    return { etag: etagOf(body) };
  }

  /** @throws {AwsError} `AccessDenied` for an object under retention */
  delete(bucket: string, key: string): void {
    const file = this.fileOf(bucket, key);
    this.refuseRetained(bucket, file);
    rmSync(file, { force: true });
  }

  /** Objects whose keys begin with `prefix`, from behind `after` on, in the order of their bytes. */
  list(bucket: string, { prefix, after, limit }: { prefix: string; after: string; limit: number }): ObjectHead[] {
    const root = path.join(this.folder, bucket);
    const keys = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((file) => file.split(path.sep).join('/'))
      .filter((key) => key.startsWith(prefix) && key > after && statSync(path.join(root, key)).isFile())
      .sort();
    return keys.slice(0, limit).map((key) => {
      const { body, ...head } = this.get(bucket, key);
      return { ...head, size: body.length };
    });
  }

  private refuseRetained(bucket: string, file: string): void {
    const { retentionDays } = this.buckets.get(bucket) ?? {};
    const stored = statSync(file, { throwIfNoEntry: false });
    if (
      stored !== undefined &&
      retentionDays !== undefined &&
      stored.mtimeMs / 1000 + retentionDays * 86_400 > this.now()
    ) {
      throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
    }
  }

  private fileOf(bucket: string, key: string): string {
    if (!KEY.test(key) || key.length > LONGEST_KEY) {
      throw new AwsError(
        'NotImplemented',
        `the sandbox takes keys of up to ${LONGEST_KEY} characters whose parts have letters, digits and _.=- only`,
        501,
      );
    }
    return path.join(this.folder, bucket, ...key.split('/'));
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '');
}
