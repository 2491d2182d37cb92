import { randomBase62 } from '../../../lambdas/lib/base62';
import { dynamoCall } from '../../../lambdas/lib/dynamo-call';
import { fromAttributes, toAttributes } from '../../../lambdas/lib/dynamodb-item';
import type { LogEntry } from '../../../lambdas/lib/log';
import { s3Objects } from '../../../lambdas/lib/s3-objects';
import { batchKey, type SignedSeal, sealNumber } from '../../../lambdas/lib/trail/seal';
import type { TrailEntry, TrailEvent } from '../../../lambdas/lib/trail/trail-entry';
import { dynamoTrailLog } from '../../../lambdas/lib/trail/trail-log';
import { dynamoTrailReader } from '../../../lambdas/lib/trail/trail-reader';
import type { TrailItem, TrailPlace } from '../../../lambdas/lib/trail/trail-table';
import { TrailVerifier, type VerifiedTrail } from '../../../lambdas/lib/trail/verify';
import { kmsKey } from '../../../lambdas/trail-sealer/kms-key';
import type { TrailSealerPorts } from '../../../lambdas/trail-sealer/ports';
import { TrailSealer } from '../../../lambdas/trail-sealer/sealer';
import { dynamoSealingTable } from '../../../lambdas/trail-sealer/sealing-table';
import type { LocalAws } from '../../../sandbox/aws';
import { AwsLab } from '../../sandbox/aws/support';
import { chain, trailTable } from '../lib/trail/support';

const TABLE = 'acme-dev-trail';
const BUCKET = 'acme-dev-trail-123456789012-eu-west-1';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const region = 'eu-west-1';

/** Table, bucket and key of a trail, on the services of the sandbox. */
export class TrailLab {
  readonly lab = new AwsLab();
  readonly logged: LogEntry[] = [];
  /** Epoch milliseconds. */
  now = Date.parse('2026-03-04T05:30:00Z');
  private aws: LocalAws | undefined;

  async start(): Promise<void> {
    this.aws = await this.lab.start({
      tables: [trailTable(TABLE)],
      buckets: [{ name: BUCKET, retentionDays: 400 }],
      signingKeys: [{ arn: KEY, aliases: ['alias/acme-dev-trail'] }],
      clock: () => this.now,
    });
  }

  get access() {
    const { endpoint, credentials } = this.aws as LocalAws;
    return { endpoint, credentials };
  }

  get call() {
    return dynamoCall({ region, access: this.access });
  }

  get trail() {
    return dynamoTrailLog(this.call, TABLE);
  }

  get reader() {
    return dynamoTrailReader(this.call, TABLE);
  }

  get objects() {
    return s3Objects({ region, bucket: BUCKET, access: this.access });
  }

  get key() {
    return kmsKey({ region, key: 'alias/acme-dev-trail', access: this.access });
  }

  ports(): TrailSealerPorts {
    return {
      now: () => this.now,
      newOwner: () => randomBase62(16),
      table: dynamoSealingTable(this.call, TABLE),
      objects: this.objects,
      key: this.key,
      log: (entry) => this.logged.push(entry),
    };
  }

  sealer(ports: TrailSealerPorts = this.ports()): TrailSealer {
    return new TrailSealer(
      {
        version: 1,
        region,
        trail: 'acme-dev',
        environment: 'dev',
        table: TABLE,
        bucket: BUCKET,
        signingKey: 'alias/acme-dev-trail',
        metricsNamespace: 'Gatehouse',
      },
      ports,
    );
  }

  /** Appends a whole chain. */
  async append(name: string, events: readonly TrailEvent[]): Promise<TrailEntry[]> {
    const entries = chain(name, events);
    for (const entry of entries) {
      await this.trail.append(entry);
    }
    return entries;
  }

  async item(place: TrailPlace): Promise<TrailItem | undefined> {
    return this.reader.get(place);
  }

  /** Changes an item past every rule. */
  async tamper(place: TrailPlace, changes: object): Promise<void> {
    const item = await this.item(place);
    await this.call('PutItem', { TableName: TABLE, Item: toAttributes({ ...item, ...changes }) });
  }

  async remove({ writer, seq }: TrailPlace): Promise<void> {
    await this.call('DeleteItem', { TableName: TABLE, Key: toAttributes({ writer, seq }) });
  }

  /** Items of the table that are no entries, by their `writer`. */
  async others(writer: string): Promise<Record<string, unknown>[]> {
    const { Items } = (await this.call('Query', {
      TableName: TABLE,
      KeyConditionExpression: 'writer = :writer',
      ExpressionAttributeValues: toAttributes({ ':writer': writer }),
      ConsistentRead: true,
    })) as { Items: Record<string, unknown>[] };
    return Items.map(fromAttributes);
  }

  /** Verifies what is in the bucket. */
  async verify(): Promise<VerifiedTrail> {
    const verifier = new TrailVerifier({ publicKey: await this.key.publicKey(), where: 'batches' });
    const keys: string[] = [];
    for await (const key of this.objects.list('seals/')) {
      keys.push(key);
    }
    for (const [index, key] of keys.entries()) {
      const number = sealNumber(key) ?? 0;
      const text = await this.objects.get(batchKey(number));
      const entries = text
        ?.split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown);
      const signed = JSON.parse((await this.objects.get(key)) ?? '') as SignedSeal;
      verifier.add({ number, signed, entries }, index === keys.length - 1);
    }
    return verifier.finish();
  }
}
