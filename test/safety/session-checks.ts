import type { Exchange } from '../../src/exchange/exchange.ts';
import { eventLine, exchangeLine } from '../../src/export/ndjson.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { framed } from '../support/conversation.ts';
import type { MutatedFrame } from './mutators.ts';

const opaqueReasons = new Set(['unknown-api', 'unknown-version', 'malformed', 'truncated', 'sasl-token', 'redacted']);
/** Frames of one connection; then it closes with whatever is open. */
const framesPerConnection = 64;
/** One exchange in so many is printed and shown in full. */
const shownEvery = 32;
const historyBytesMax = 4 << 20;

/** A whole session that is fed mutated frames: engine, metrics, summary, store, lines and panes. */
export class FuzzedSession {
  readonly #session: TrafficSession;
  #connection = 0;
  #frames = 0;
  #completed = 0;
  #atUs = 1_000_000;
  /** Lines printed so far, to show that something was. */
  lines = 0;

  constructor() {
    this.#session = new TrafficSession({
      historyBytesMax,
      unsafeShowSecrets: false,
      sinks: [
        (event) => {
          if (event.kind === 'completed') this.#completedExchange(event.exchange);
          else if (event.kind === 'event') eventLine(event);
        },
      ],
    });
  }

  /** Says a frame; responses get a request of their API in front, with their correlation id. */
  say({ seed, bytes }: MutatedFrame): void {
    if (this.#frames % framesPerConnection === 0) this.#reconnect();
    this.#frames += 1;
    this.#atUs += 10;
    if (seed.type === 'response') {
      const correlationId = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
      const { apiKey, apiVersion } = seed;
      this.#segment('client', encodeRequest({ apiKey, apiVersion, correlationId, clientId: 'fuzz', body: {} }));
    }
    this.#segment(seed.type === 'request' ? 'client' : 'broker', bytes);
  }

  #segment(from: 'client' | 'broker', payload: Uint8Array): void {
    const bytes = framed(payload);
    this.#session.receive({ kind: 'segment', connection: this.#connection, from, atUs: this.#atUs, bytes });
  }

  #reconnect(): void {
    const { store } = this.#session;
    if (this.#connection > 0) {
      this.#session.receive({ kind: 'closed', connection: this.#connection, atUs: this.#atUs, reason: 'fin' });
      store?.list({ filter: '', markedOnly: false, from: 'end', count: 20 }, this.#atUs);
      if (store !== null && store.history.bytes > historyBytesMax) throw new Error('history beyond its limit');
    }
    this.#connection += 1;
    this.#session.receive({
      kind: 'opened',
      connection: this.#connection,
      atUs: this.#atUs,
      client: '127.0.0.1:50000',
      broker: '127.0.0.1:9092',
      nodeId: null,
      tls: null,
      midstream: false,
    });
  }

  #completedExchange(exchange: Exchange): void {
    for (const message of [exchange.request, exchange.response]) {
      if (message === null || message.opaque === null) continue;
      const { reason, offset, detail } = message.opaque;
      if (!opaqueReasons.has(reason) || detail === '') throw new Error(`opaque ${reason}: ${detail}`);
      if (offset !== null && (offset < 0 || offset > message.sizeBytes)) throw new Error(`offset ${offset}`);
    }
    this.#completed += 1;
    if (this.#completed % shownEvery !== 0) return;
    const options = { records: true, payload: 'show' as const, unsafeShowSecrets: false };
    const line: unknown = JSON.parse(exchangeLine(exchange, options));
    if (typeof line !== 'object' || line === null) throw new Error('a line that is no object');
    this.lines += 1;
    this.#session.store?.detail(exchange.seq, true);
  }
}
