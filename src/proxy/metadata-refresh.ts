import { nowUs } from './clock.ts';
import type { ProbeResult } from './probe.ts';

/**
 * How long an answer serves everybody who asks after it, so that a client that knocks at a thousand unknown nodes a
 * second does not make the proxy ask its cluster a thousand times.
 */
const answerServesUs = 1_000_000;

/** Asks the cluster for its brokers, once for all who want to know at the same time. */
export class MetadataRefresh {
  readonly #ask: () => Promise<ProbeResult>;
  #underWay: Promise<ProbeResult> | null = null;
  #answeredAtUs = Number.NEGATIVE_INFINITY;
  #last: ProbeResult | null = null;

  /** `ask` never rejects; what it learns is known everywhere when it resolves. */
  constructor(ask: () => Promise<ProbeResult>) {
    this.#ask = ask;
  }

  /** What the cluster says now, or said less than a second ago. */
  current(): Promise<ProbeResult> {
    if (this.#underWay !== null) return this.#underWay;
    if (this.#last !== null && nowUs() - this.#answeredAtUs < answerServesUs) return Promise.resolve(this.#last);
    const underWay = this.#ask().then((result) => {
      this.#underWay = null;
      this.#answeredAtUs = nowUs();
      this.#last = result;
      return result;
    });
    this.#underWay = underWay;
    return underWay;
  }
}
