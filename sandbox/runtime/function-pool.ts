import { FunctionWorker, type FunctionWorkerOptions } from './function-worker';
import type { InvokeResult } from './types';

interface Job {
  readonly event: string;
  readonly qualifier: string | undefined;
  readonly resolve: (result: InvokeResult) => void;
}

const CLOSED: InvokeResult = {
  ok: false,
  errorType: 'Runtime.Closed',
  errorMessage: 'the function runtime was closed',
};

/** The execution environments of one function: grown on demand up to a limit; further requests wait in order. */
export class FunctionPool {
  private readonly workers = new Set<FunctionWorker>();
  private readonly idle: FunctionWorker[] = [];
  private readonly queue: Job[] = [];
  private closed = false;

  constructor(
    private readonly limit: number,
    private readonly workerOptions: () => Omit<FunctionWorkerOptions, 'onEnd'>,
  ) {}

  invoke(event: string, qualifier?: string): Promise<InvokeResult> {
    if (this.closed) {
      return Promise.resolve(CLOSED);
    }
    return new Promise((resolve) => {
      this.queue.push({ event, qualifier, resolve });
      this.startNext();
    });
  }

  /** Ends every environment, whatever it is doing; requests that wait get another one. */
  async crash(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.terminate()));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.queue.splice(0)) {
      job.resolve(CLOSED);
    }
    await Promise.all([...this.workers].map((worker) => worker.terminate()));
  }

  private startNext(): void {
    while (this.queue.length > 0) {
      const worker = this.idle.pop() ?? (this.workers.size < this.limit ? this.grow() : undefined);
      if (!worker) {
        return;
      }
      const job = this.queue.shift();
      if (job) {
        void this.run(worker, job);
      }
    }
  }

  private grow(): FunctionWorker {
    const worker: FunctionWorker = new FunctionWorker({
      ...this.workerOptions(),
      onEnd: () => {
        this.workers.delete(worker);
        const index = this.idle.indexOf(worker);
        if (index >= 0) {
          this.idle.splice(index, 1);
        }
        this.startNext();
      },
    });
    this.workers.add(worker);
    return worker;
  }

  /** A worker that ended during the request is not put back: onEnd has removed it and made room for another. */
  private async run(worker: FunctionWorker, job: Job): Promise<void> {
    const result = await worker.invoke(job.event, job.qualifier);
    if (worker.alive) {
      this.idle.push(worker);
    }
    job.resolve(this.closed && !result.ok ? CLOSED : result);
    this.startNext();
  }
}
