import type { FrameProbe } from './frame-probe.ts';
import type { RequestEvidence } from './request-evidence.ts';
import type { TcpSide } from './types.ts';

/** Requests read to their last byte that prove Kafka without any answer (a capture of one direction). */
const unansweredProofCount = 3;
/** Answered requests known by their header only that prove Kafka. */
const headerProofCount = 2;

/**
 * Weighs what the two probes of a connection find. Proven is a request read to its last byte and answered under its
 * correlation id; or, where bodies are too large or cut, two such exchanges known by their headers; or three requests
 * read to their last byte. A port number proves nothing.
 */
export class ExchangeEvidence {
  /** Requests were forgotten because too many had no answer. */
  forgotten = false;
  readonly #initiator: TcpSide | null;
  readonly #requestsMax: number;
  readonly #waiting: readonly [RequestEvidence[], RequestEvidence[]] = [[], []];
  readonly #exact: [number, number] = [0, 0];
  readonly #answeredByHeader: [number, number] = [0, 0];

  constructor(initiator: TcpSide | null, requestsMax: number) {
    this.#initiator = initiator;
    this.#requestsMax = requestsMax;
  }

  /** What the probe of `side` just found; returns the side that is the broker once that is proven. */
  weigh(side: TcpSide, probe: FrameProbe): TcpSide | null {
    const peer: TcpSide = side === 0 ? 1 : 0;
    if (this.#initiator !== side) {
      for (const correlationId of probe.correlationIds) {
        const waiting = this.#waiting[peer];
        const index = waiting.findIndex((request) => request.correlationId === correlationId);
        const request = waiting[index];
        if (request === undefined) continue;
        if (request.exact) return side;
        this.#answeredByHeader[peer] += 1;
        if (this.#answeredByHeader[peer] >= headerProofCount) return side;
        waiting.splice(index, 1);
      }
    }
    if (this.#initiator !== peer) {
      for (const request of probe.requests) {
        const waiting = this.#waiting[side];
        if (waiting.length >= this.#requestsMax) {
          waiting.shift();
          this.forgotten = true;
        }
        waiting.push(request);
        if (request.exact) this.#exact[side] += 1;
        if (this.#exact[side] >= unansweredProofCount) return peer;
      }
    }
    return null;
  }

  /** Correlation ids of the requests `side` sent, for finding where its peer's frames begin. */
  correlationIds(side: TcpSide): readonly number[] {
    return this.#waiting[side].map((request) => request.correlationId);
  }
}
