import { Worker } from 'node:worker_threads';
import type { Snapshot, SnapshotRequest } from '../store/snapshot.ts';
import type { RunConfig } from './run-config.ts';
import { RunError } from './run-error.ts';
import type { Runtime, RuntimeCommand } from './runtime.ts';
import type { WorkerQuestion, WorkerReply } from './worker-message.ts';

/**
 * New objects of the data path are dead within milliseconds: a final exchange is packed into numbers. Room for more of
 * them saves no time and stays resident.
 */
const youngGenerationMbMax = 24;

interface Pending {
  resolve(reply: WorkerReply): void;
  reject(error: Error): void;
}

type Ask = WorkerQuestion extends infer Q ? (Q extends { id: number } ? Omit<Q, 'id'> : never) : never;

/** Starts the run in a worker thread and resolves when its source is up; rejects with a RunError when it is not. */
export async function startWorkerRuntime(config: RunConfig): Promise<Runtime> {
  const worker = new Worker(new URL('./worker-main.js', import.meta.url), {
    workerData: config,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMbMax },
  });
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let over: RunError | null = null;
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => undefined);

  const finish = (error: RunError | null) => {
    if (over !== null) return;
    over = error ?? new RunError('The run is over.', 'ended');
    for (const waiting of pending.values()) waiting.reject(over);
    pending.clear();
    if (error === null) ended.resolve();
    else ended.reject(error);
    ready.reject(over);
  };
  worker.on('message', (reply: WorkerReply) => {
    if (reply.kind === 'ready') ready.resolve();
    else if (reply.kind === 'ended') {
      if (reply.error !== null) finish(new RunError(reply.error, reply.code ?? 'failed'));
      else ended.resolve();
    } else {
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if (reply.kind === 'failed') waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply);
    }
  });
  worker.on('error', (error) => finish(new RunError(`The data path stopped: ${messageOf(error)}`, 'crashed')));
  worker.on('exit', () => finish(null));

  const ask = (question: Ask): Promise<WorkerReply> => {
    if (over !== null) return Promise.reject(over);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      worker.postMessage({ ...question, id });
    });
  };
  await ready.promise.catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return {
    ended: ended.promise,
    async snapshot(request: SnapshotRequest): Promise<Snapshot> {
      const reply = await ask({ kind: 'snapshot', request });
      if (reply.kind !== 'snapshot') throw new Error('the data path answered a snapshot with something else');
      return reply.snapshot;
    },
    async command(command: RuntimeCommand): Promise<void> {
      await ask({ kind: 'command', command });
    },
    async close(): Promise<void> {
      if (over === null) await ask({ kind: 'close' }).catch(() => undefined);
      await worker.terminate();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
