import { Worker } from 'node:worker_threads';
import { Histogram } from '../../metrics/histogram.ts';
import type { PathFacts } from '../../metrics/path-facts.ts';
import type { BrokerBinding } from '../../proxy/broker-routes.ts';
import type { ProxyObserver } from '../../proxy/connection-context.ts';
import { ProxyError } from '../../proxy/proxy-error.ts';
import type { ThreadData, ThreadError, ThreadOrder, ThreadReport } from './types.ts';

/** A thread as the leader holds it. */
export interface ThreadHandle {
  post(order: ThreadOrder): void;
  /** Ends it now. */
  stop(): Promise<void>;
}

/** Starts a thread. `gone` is called once, whatever ended it. */
export type StartThread = (
  data: ThreadData,
  report: (report: ThreadReport) => void,
  gone: (cause: string) => void,
) => ThreadHandle;

/** What a member asks of its leader. */
export interface MemberHost {
  wake(): void;
  asked(member: TeamMember, question: ThreadReport & { kind: 'open' | 'refresh' | 'learned' }): void;
  /** The thread ended although nobody told it to. */
  lost(member: TeamMember, cause: string): void;
}

export const startWorkerThread: StartThread = (data, report, gone) => {
  // In a checkout under test the sources themselves run; Node strips their types.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./data-plane-thread.${extension}`, import.meta.url), { workerData: data });
  let cause = 'it ended';
  worker.on('message', report);
  worker.on('error', (error) => {
    cause = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', () => gone(cause));
  return {
    post: (order) => worker.postMessage(order),
    stop: async () => {
      await worker.terminate();
    },
  };
};

/** One of the threads that serve clients, from its start to its end. */
export class TeamMember {
  readonly data: ThreadData;
  /** What it said last of its path; null while it said nothing. */
  facts: PathFacts | null = null;
  /** True once it accepted clients. */
  isReady = false;
  readonly #handle: ThreadHandle;
  readonly #host: MemberHost;
  readonly #observer: ProxyObserver;
  readonly #ready = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  readonly #listens = new Map<number, (error: ThreadError | null) => void>();
  #lastListen = 0;
  #failure: string | null = null;
  #ending = false;
  #gone = false;

  constructor(data: ThreadData, host: MemberHost, observer: ProxyObserver, start: StartThread) {
    this.data = data;
    this.#host = host;
    this.#observer = observer;
    this.#ready.promise.catch(() => undefined);
    this.#handle = start(
      data,
      (report) => this.#told(report),
      (cause) => this.#ended(cause),
    );
  }

  /** Resolves when it accepts clients; rejects with a `ProxyError`. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  post(order: ThreadOrder): void {
    if (!this.#gone) this.#handle.post(order);
  }

  /** Resolves with null when it listens on the broker's port, too, or when it is gone: its successor will. */
  listen(binding: BrokerBinding): Promise<ThreadError | null> {
    if (this.#gone) return Promise.resolve(null);
    this.#lastListen += 1;
    const id = this.#lastListen;
    return new Promise((resolve) => {
      this.#listens.set(id, resolve);
      this.post({ kind: 'listen', id, binding });
    });
  }

  /** Drains or closes it; resolves when its ring holds the last of it. A thread that hangs is ended after `waitMs`. */
  async end(how: 'drain' | 'close', waitMs: number): Promise<void> {
    this.#ending = true;
    this.post({ kind: how });
    const deadline = setTimeout(() => this.#over.resolve(), waitMs);
    await this.#over.promise;
    clearTimeout(deadline);
    await this.#handle.stop();
  }

  /** Ends it without a word. */
  async stop(): Promise<void> {
    this.#ending = true;
    await this.#handle.stop();
  }

  #told(report: ThreadReport): void {
    switch (report.kind) {
      case 'ready':
        this.isReady = true;
        this.#ready.resolve();
        return;
      case 'failed':
        this.#failure = report.message;
        this.#ready.reject(new ProxyError(report.code, report.message));
        void this.#handle.stop();
        return;
      case 'wake':
        this.#host.wake();
        return;
      case 'listening':
        this.#listens.get(report.id)?.(report.error);
        this.#listens.delete(report.id);
        return;
      case 'skipped': {
        const latency = Histogram.load(report.row.latency) ?? new Histogram();
        this.#observer.skipped?.({ ...report.row, latency }, report.atUs);
        return;
      }
      case 'facts':
        this.facts = report.facts;
        return;
      case 'over':
        this.#over.resolve();
        return;
      default:
        this.#host.asked(this, report);
    }
  }

  #ended(cause: string): void {
    this.#gone = true;
    for (const resolve of this.#listens.values()) resolve(null);
    this.#listens.clear();
    this.#over.resolve();
    this.#ready.reject(new ProxyError('listen-failed', `A thread of --workers could not start: ${cause}.`));
    if (!this.#ending) this.#host.lost(this, this.#failure ?? cause);
  }
}
