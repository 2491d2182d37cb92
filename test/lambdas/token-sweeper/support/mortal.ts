import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TrailEntry } from '../../../../lambdas/lib/trail/trail-entry';
import type { TrailWriter } from '../../../../lambdas/token-service/domain/ports';

/** Where a process dies: at its n-th call to the table or the trail, from 0, before the call arrives or after it was done. */
export interface Death {
  readonly call: number;
  readonly done: boolean;
}

/** A function's process on its way to the table and the trail, which it shares with others. Once it is dead, nothing of it arrives. */
export class Mortal {
  calls = 0;
  isDead = false;
  private readonly sent = new Set<Promise<unknown>>();

  constructor(private readonly death: Death | undefined) {}

  client(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
    return new Proxy(client, {
      get: (target, name) =>
        name === 'send' ? (command: never) => this.call(() => target.send(command)) : Reflect.get(target, name),
    });
  }

  trail(trail: TrailWriter): TrailWriter {
    return { append: (entry: TrailEntry) => this.call(() => trail.append(entry)) };
  }

  /** Resolves when what was on its way when the process died has arrived. */
  async gone(): Promise<void> {
    await Promise.allSettled(this.sent);
  }

  private call<T>(send: () => Promise<T>): Promise<T> {
    const call = this.pass(send);
    this.sent.add(call);
    return call;
  }

  private async pass<T>(send: () => Promise<T>): Promise<T> {
    const isLast = this.calls++ === this.death?.call;
    if (this.isDead || (isLast && !this.death?.done)) {
      this.isDead = true;
      throw new Error('the process is dead');
    }
    const answer = await send();
    if (isLast || this.isDead) {
      this.isDead = true;
      throw new Error('the process is dead');
    }
    return answer;
  }
}
