import type { OtlpConfig } from './run-config.ts';

/** Longest pause between two tries while the receiver fails. */
export const backoffMsMax = 300_000;

/** Longest time for one export. */
const exportTimeoutMs = 10_000;

/** Longest time for the last export, when the run is over. */
const lastExportTimeoutMs = 2_000;

/** Bytes of an answer that are read: it only tells what was refused. */
const answerBytesMax = 64 * 1024;

/** What the exporter does outside of itself. */
export interface OtlpPorts {
  /** The body of one export. */
  body(): Promise<string>;
  /** Tells the person; `kind` is the word of the event. */
  tell(kind: 'otlp-failed' | 'otlp-recovered', message: string): void;
}

/**
 * Posts the metrics to an OTLP/HTTP receiver. One export at a time, nothing is queued: sums are cumulative, so a lost
 * export loses no count. A failure is told once; until it is over the pauses double.
 */
export class OtlpExporter {
  readonly #config: OtlpConfig;
  readonly #ports: OtlpPorts;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running: Promise<void> | null = null;
  /** The address as it may be shown: a query can hold a token. */
  readonly #shownUrl: string;
  #failures = 0;
  #closed = false;

  constructor(config: OtlpConfig, ports: OtlpPorts) {
    this.#config = config;
    this.#ports = ports;
    this.#shownUrl = config.url.split('?', 1)[0] ?? '';
    this.#wait(config.intervalMs);
  }

  /** Exports once more, soon, and stops. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const last = (async () => {
      await this.#running;
      await this.#export(lastExportTimeoutMs);
    })();
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const timeUp = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, lastExportTimeoutMs);
    });
    await Promise.race([last, timeUp]);
    clearTimeout(deadline);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#export(exportTimeoutMs).finally(() => {
        this.#running = null;
        if (!this.#closed) this.#wait(this.#pauseMs());
      });
    }, ms);
  }

  #pauseMs(): number {
    const doubled = this.#config.intervalMs * 2 ** Math.min(this.#failures, 16);
    return Math.max(this.#config.intervalMs, Math.min(backoffMsMax, doubled));
  }

  async #export(timeoutMs: number): Promise<void> {
    const problem = await this.#post(timeoutMs).catch((error: unknown) => causeOf(error, timeoutMs));
    if (problem !== null) {
      this.#failures += 1;
      if (this.#failures === 1) this.#ports.tell('otlp-failed', this.#sentence(problem));
      return;
    }
    if (this.#failures > 0) {
      const message = `Metrics reach ${this.#shownUrl} again, after ${this.#failures} failed exports; sums are cumulative, none is lost.`;
      this.#ports.tell('otlp-recovered', message);
    }
    this.#failures = 0;
  }

  #sentence(problem: string): string {
    return `Metrics do not reach ${this.#shownUrl}: ${problem}. It is tried again, ever less often (at least every ${backoffMsMax / 60_000} minutes); traffic is not affected.`;
  }

  /** null when the receiver took everything, else what is wrong. */
  async #post(timeoutMs: number): Promise<string | null> {
    const body = await this.#ports.body();
    const response = await fetch(this.#config.url, {
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ...this.#config.headers.map(([name, value]) => [name, value]),
      ] as [string, string][],
      body,
      // Headers may hold a secret: it goes where the user said and nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = await headOf(response);
    if (response.status >= 300 && response.status < 400)
      return `it answers ${response.status}, and redirects are not followed; give the address it points to`;
    if (!response.ok) return `it answers ${response.status} ${response.statusText}`.trimEnd();
    return partialRefusal(answer);
  }
}

/** The first bytes of an answer; the rest is not waited for. */
async function headOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < answerBytesMax) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    bytes += value.length;
  }
  await reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).toString('utf8');
}

/** A receiver may take a part only (ExportMetricsPartialSuccess), with status 200. */
function partialRefusal(answer: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    return null;
  }
  const partial = typeof parsed === 'object' && parsed !== null && 'partialSuccess' in parsed && parsed.partialSuccess;
  if (typeof partial !== 'object' || partial === null) return null;
  const rejected = 'rejectedDataPoints' in partial ? Number(partial.rejectedDataPoints) : 0;
  if (!(rejected > 0)) return null;
  const words = 'errorMessage' in partial && typeof partial.errorMessage === 'string' ? partial.errorMessage : '';
  return `it refused ${rejected} data points${words === '' ? '' : `: ${words.slice(0, 200)}`}`;
}

function causeOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  // fetch says only "fetch failed"; what happened is its cause.
  const { cause } = error;
  if (cause instanceof Error) return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}
