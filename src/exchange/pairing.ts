import type { Frame } from '../wire/frame.ts';
import type { ConnectionTrack } from './connection-track.ts';
import type { CorrelationTable } from './correlation-table.ts';
import type { EngineLimits } from './engine-limits.ts';
import type { EventQueue } from './event-queue.ts';
import type { Exchange } from './exchange.ts';
import { inFlightMax, rawTokensMax } from './limits.ts';
import type { RequestOfExchange, RequestReader } from './request-reader.ts';
import type { ResponseReader } from './response-reader.ts';

/** Makes exchanges of the frames of both directions: a request waits until its response, or the end, completes it. */
export class Pairing {
  readonly #requests: RequestReader;
  readonly #responses: ResponseReader;
  readonly #limits: EngineLimits;
  readonly #events: EventQueue;
  #seq = 0;

  constructor(requests: RequestReader, responses: ResponseReader, limits: EngineLimits, events: EventQueue) {
    this.#requests = requests;
    this.#responses = responses;
    this.#limits = limits;
    this.#events = events;
  }

  /** A frame of the client. */
  request(track: ConnectionTrack, frame: Frame): void {
    const read = this.#requests.read(track, frame, this.#seq + 1);
    if (read.kind === 'not-a-request') {
      this.#malformed(track, frame, read.detail);
      return;
    }
    this.#seq += 1;
    this.#events.tell({ kind: 'started', exchange: read.exchange });
    if (read.kind === 'raw-token') {
      this.#await(track, track.rawTokens, read, frame);
      return;
    }
    if (track.rawTokens.size > 0) this.#tokensWithoutAnswer(track);
    if (read.kind === 'no-response') this.#complete(read.exchange, 'unanswered-by-design');
    else this.#await(track, track.waiting, read, frame);
  }

  /** A frame of the broker. */
  response(track: ConnectionTrack, frame: Frame): void {
    const rawToken = this.#rawTokenAnswered(track);
    if (rawToken !== undefined) {
      this.#responses.answerRawToken(track, rawToken, frame);
      this.#events.tell({ kind: 'completed', exchange: rawToken });
      return;
    }
    if (frame.bytes.length < 4) {
      this.#malformed(track, frame, 'a response needs 4 bytes for its correlation id');
      return;
    }
    const bytes = frame.bytes;
    const correlationId = ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
    const taken = track.waiting.take(correlationId);
    if (taken === undefined) {
      this.#orphan(track, frame, correlationId);
      return;
    }
    if (!taken.inOrder) this.#overtook(track, taken.exchange, frame);
    this.#responses.answer(track, taken.exchange, frame, taken.asked);
    this.#events.tell({ kind: 'completed', exchange: taken.exchange });
  }

  /** The connection is over: what still waits is answered by nobody. */
  abandonAll(track: ConnectionTrack): void {
    for (const exchange of track.waiting.drain()) this.#complete(exchange, 'abandoned');
    for (const exchange of track.rawTokens.drain()) this.#complete(exchange, 'abandoned');
  }

  /** The exchange waits for its answer; where too many do, the oldest is given up. */
  #await(track: ConnectionTrack, table: CorrelationTable, read: RequestOfExchange, frame: Frame): void {
    const forcedOut = table.put(read.exchange, read.asked);
    if (forcedOut === undefined) return;
    const limit = table === track.waiting ? 'inFlightMax' : 'rawTokensMax';
    if (this.#limits.rings(limit)) {
      const max = limit === 'inFlightMax' ? inFlightMax : rawTokensMax;
      const detail = { limit, count: this.#limits.count(limit), [limit]: max, seq: forcedOut.seq };
      this.#events.emit(frame.lastByteUs, 'in-flight-limit', track.facts.id, detail);
    }
    this.#complete(forcedOut, 'abandoned');
  }

  /** A response whose request nobody saw, or one that waits too far behind the oldest. */
  #orphan(track: ConnectionTrack, frame: Frame, correlationId: number): void {
    if (track.waiting.isDeep) this.#limits.reach('answerDepthMax');
    this.#seq += 1;
    const orphan = this.#responses.orphan(track, frame, correlationId, this.#seq);
    this.#events.tell({ kind: 'started', exchange: orphan });
    this.#events.tell({ kind: 'completed', exchange: orphan });
  }

  #overtook(track: ConnectionTrack, exchange: Exchange, frame: Frame): void {
    if (!track.foundAgain.broker) {
      const detail = { seq: exchange.seq, correlationId: exchange.correlationId };
      this.#events.emit(frame.lastByteUs, 'out-of-order', track.facts.id, detail);
      return;
    }
    // Brokers answer in order: what was asked before was answered in the bytes that are lost.
    for (let older = track.waiting.peek(); older !== undefined && older.seq < exchange.seq; ) {
      track.waiting.shift();
      this.#complete(older, 'abandoned');
      older = track.waiting.peek();
    }
  }

  /** The last token of GSSAPI may get no answer at all (PROTOCOL 4.10): the request behind it proves that it was taken. */
  #tokensWithoutAnswer(track: ConnectionTrack): void {
    if (track.expectsRawTokens || track.facts.sasl?.mechanism !== 'GSSAPI') return;
    for (const exchange of track.rawTokens.drain()) this.#complete(exchange, 'unanswered-by-design');
  }

  /** A raw token is answered by a raw frame, but only once every request sent before it has its response. */
  #rawTokenAnswered(track: ConnectionTrack): Exchange | undefined {
    const token = track.rawTokens.peek();
    if (token === undefined) return undefined;
    const oldest = track.waiting.peek();
    if (oldest !== undefined && oldest.seq < token.seq) return undefined;
    track.rawTokens.shift();
    return token;
  }

  #complete(exchange: Exchange, status: 'abandoned' | 'unanswered-by-design'): void {
    exchange.status = status;
    this.#events.tell({ kind: 'completed', exchange });
  }

  #malformed(track: ConnectionTrack, frame: Frame, detail: string): void {
    this.#events.emit(frame.lastByteUs, 'malformed-frame', track.facts.id, {
      from: frame.from,
      streamOffset: frame.streamOffset,
      sizeBytes: frame.sizeBytes,
      detail,
    });
  }
}
