import type {
  ConnectionFacts,
  ErrorFact,
  Exchange,
  ExchangeStatus,
  MessageFacts,
  Opaque,
  RecordsFacts,
  SessionFacts,
  Timing,
} from '../exchange/exchange.ts';
import { unknownTiming } from '../exchange/exchange.ts';
import type { FrameKeeper } from '../exchange/frame-keeper.ts';
import type { SharedFacts } from './shared-facts.ts';

/** Exchanges of one page. */
export const pageExchanges = 1024;

/** Doubles of a row: times in µs and counts that may be large; NaN stands for null. */
const Wide = {
  requestAtUs: 0,
  requestLastByteUs: 1,
  responseAtUs: 2,
  responseLastByteUs: 3,
  latencyUs: 4,
  queuedUs: 5,
  brokerUs: 6,
  waitUs: 7,
  throttleUs: 8,
  requestTransferUs: 9,
  responseTransferUs: 10,
  proxyUs: 11,
  recordsCount: 12,
  recordsBytes: 13,
  recordsUncompressedBytes: 14,
  columns: 15,
} as const;

/** Int32s of a row. A message takes four: its size, and where its bytes lie. */
const Narrow = {
  flags: 0,
  correlationId: 1,
  throttleTimeMs: 2,
  request: 3,
  response: 7,
  batches: 11,
  sessionId: 12,
  sessionEpoch: 13,
  sessionPartitions: 14,
  chargeBytes: 15,
  columns: 16,
} as const;

/** Bits of a row's flags above the three of its status. */
const Flag = {
  statusMask: 0x7,
  inFlight: 0x8,
  request: 0x10,
  response: 0x20,
  correlationId: 0x40,
  throttleTimeMs: 0x80,
  records: 0x100,
  session: 0x200,
  sessionPartial: 0x400,
  sessionId: 0x800,
  sessionPartitions: 0x1000,
  timing: 0x2000,
  sessionKindShift: 16,
} as const;

/** Bytes of a row: its numbers and its three references. */
export const rowBytes: number = Wide.columns * 8 + Narrow.columns * 4 + 3 * 8;

const statuses: readonly ExchangeStatus[] = ['answered', 'unanswered-by-design', 'abandoned', 'orphan', 'in-flight'];
const sessionKinds: readonly SessionFacts['kind'][] = ['full', 'incremental', 'closing', 'sessionless'];
const noErrors: readonly ErrorFact[] = Object.freeze([]);
const noSlab = -1;

/** What few exchanges have. */
export interface RareFacts {
  readonly errors: readonly ErrorFact[];
  readonly errorsOmitted: number;
  readonly partitionsOmitted: number;
  readonly requestOpaque: Opaque | null;
  readonly responseOpaque: Opaque | null;
}

/**
 * Exchanges as numbers: a row each, with references only to what many exchanges share. The garbage collector has
 * nothing to follow, move or free for one of them, which is what kept it busy with an object for each.
 *
 * A row holds either an exchange in flight, which still changes and stays the object it is, or a final one, packed.
 */
export class PackedPage {
  readonly #wide = new Float64Array(pageExchanges * Wide.columns);
  readonly #narrow = new Int32Array(pageExchanges * Narrow.columns);
  readonly #connections: (ConnectionFacts | null)[] = new Array(pageExchanges).fill(null);
  readonly #shared: (SharedFacts | null)[] = new Array(pageExchanges).fill(null);
  readonly #inFlight: (Exchange | null)[] = new Array(pageExchanges).fill(null);
  /** Sparse on purpose: rows with errors or opaque messages are few. */
  readonly #rare = new Map<number, RareFacts>();

  /** Bytes that a row is charged with. */
  chargeOf(row: number): number {
    return this.#narrow[row * Narrow.columns + Narrow.chargeBytes] ?? 0;
  }

  setCharge(row: number, bytes: number): void {
    this.#narrow[row * Narrow.columns + Narrow.chargeBytes] = bytes;
  }

  /** The exchange of a row while it is in flight; null for a final one. */
  inFlight(row: number): Exchange | null {
    return this.#inFlight[row] ?? null;
  }

  /** Takes an exchange that is still in flight as it is. */
  putInFlight(row: number, exchange: Exchange): void {
    this.#inFlight[row] = exchange;
  }

  /** Packs a final exchange; its frames are held in `keeper` until `clear`. */
  pack(row: number, exchange: Exchange, shared: SharedFacts, keeper: FrameKeeper): RareFacts | null {
    const { request, response, timing, records, session } = exchange;
    this.#inFlight[row] = null;
    this.#connections[row] = exchange.connection;
    this.#shared[row] = shared;
    const wide = this.#wide;
    const narrow = this.#narrow;
    const at = row * Wide.columns;
    const to = row * Narrow.columns;
    let flags = statuses.indexOf(exchange.status);
    this.#packMessage(to + Narrow.request, request, keeper);
    if (request !== null) {
      flags |= Flag.request;
      wide[at + Wide.requestAtUs] = request.atUs;
      wide[at + Wide.requestLastByteUs] = request.lastByteUs;
    }
    this.#packMessage(to + Narrow.response, response, keeper);
    if (response !== null) {
      flags |= Flag.response;
      wide[at + Wide.responseAtUs] = response.atUs;
      wide[at + Wide.responseLastByteUs] = response.lastByteUs;
    }
    if (timing !== unknownTiming) {
      flags |= Flag.timing;
      this.#packTiming(at, timing);
    }
    if (exchange.correlationId !== null) flags |= Flag.correlationId;
    narrow[to + Narrow.correlationId] = exchange.correlationId ?? 0;
    if (exchange.throttleTimeMs !== null) flags |= Flag.throttleTimeMs;
    narrow[to + Narrow.throttleTimeMs] = exchange.throttleTimeMs ?? 0;
    if (records !== null) {
      flags |= Flag.records;
      this.#packRecords(at, to, records);
    }
    if (session !== null) flags |= this.#packSession(to, session);
    narrow[to + Narrow.flags] = flags;
    return this.#packRare(row, exchange);
  }

  /** The final exchange of a row as the object it was. */
  unpack(row: number, seq: number, keeper: FrameKeeper): Exchange | undefined {
    const shared = this.#shared[row] ?? null;
    const connection = this.#connections[row] ?? null;
    if (shared === null || connection === null) return undefined;
    const at = row * Wide.columns;
    const to = row * Narrow.columns;
    const flags = this.#narrow[to] ?? 0;
    const rare = this.#rare.size === 0 ? undefined : this.#rare.get(row);
    return {
      seq,
      status: statuses[flags & Flag.statusMask] ?? 'in-flight',
      connection,
      clientId: shared.clientId,
      apiKey: shared.apiKey,
      apiVersion: shared.apiVersion,
      guessed: shared.guessed,
      correlationId: (flags & Flag.correlationId) === 0 ? null : this.#int(to + Narrow.correlationId),
      request:
        (flags & Flag.request) === 0
          ? null
          : this.#message(at + Wide.requestAtUs, to + Narrow.request, rare?.requestOpaque ?? null, keeper),
      response:
        (flags & Flag.response) === 0
          ? null
          : this.#message(at + Wide.responseAtUs, to + Narrow.response, rare?.responseOpaque ?? null, keeper),
      timing: (flags & Flag.timing) === 0 ? unknownTiming : this.#timing(at),
      throttleTimeMs: (flags & Flag.throttleTimeMs) === 0 ? null : this.#int(to + Narrow.throttleTimeMs),
      errors: rare?.errors ?? noErrors,
      errorsOmitted: rare?.errorsOmitted ?? 0,
      topics: shared.topics,
      topicCount: shared.topicCount,
      group: shared.group,
      transactionalId: shared.transactionalId,
      records: (flags & Flag.records) === 0 ? null : this.#records(at, to, shared.codecs ?? []),
      partitionsOmitted: rare?.partitionsOmitted ?? 0,
      session: (flags & Flag.session) === 0 ? null : this.#session(to, flags),
      tags: shared.tags,
    };
  }

  /** Empties a row; the frames of a final exchange are given back. */
  clear(row: number, keeper: FrameKeeper): void {
    const to = row * Narrow.columns;
    if (this.#inFlight[row] === null) {
      this.#letGo(to + Narrow.request, keeper);
      this.#letGo(to + Narrow.response, keeper);
    }
    this.#inFlight[row] = null;
    this.#connections[row] = null;
    this.#shared[row] = null;
    if (this.#rare.size > 0) this.#rare.delete(row);
  }

  #letGo(at: number, keeper: FrameKeeper): void {
    const slab = this.#narrow[at + 1] ?? noSlab;
    if (slab === noSlab) return;
    this.#narrow[at + 1] = noSlab;
    keeper.letGo(slab);
  }

  #packMessage(at: number, message: MessageFacts | null, keeper: FrameKeeper): void {
    const narrow = this.#narrow;
    if (message === null) {
      narrow[at + 1] = noSlab;
      return;
    }
    const { bytes } = message;
    narrow[at] = message.sizeBytes;
    narrow[at + 1] = keeper.hold(bytes);
    narrow[at + 2] = bytes.byteOffset;
    narrow[at + 3] = bytes.length;
  }

  #message(at: number, place: number, opaque: Opaque | null, keeper: FrameKeeper): MessageFacts {
    return {
      atUs: this.#wide[at] ?? 0,
      lastByteUs: this.#wide[at + 1] ?? 0,
      sizeBytes: this.#int(place),
      bytes: keeper.view(this.#int(place + 1), this.#int(place + 2), this.#int(place + 3)),
      opaque,
    };
  }

  #packTiming(at: number, timing: Timing): void {
    const wide = this.#wide;
    wide[at + Wide.latencyUs] = timing.latencyUs ?? Number.NaN;
    wide[at + Wide.queuedUs] = timing.queuedUs ?? Number.NaN;
    wide[at + Wide.brokerUs] = timing.brokerUs ?? Number.NaN;
    wide[at + Wide.waitUs] = timing.waitUs ?? Number.NaN;
    wide[at + Wide.throttleUs] = timing.throttleUs ?? Number.NaN;
    wide[at + Wide.requestTransferUs] = timing.requestTransferUs ?? Number.NaN;
    wide[at + Wide.responseTransferUs] = timing.responseTransferUs ?? Number.NaN;
    wide[at + Wide.proxyUs] = timing.proxyUs ?? Number.NaN;
  }

  #timing(at: number): Timing {
    return {
      latencyUs: this.#known(at + Wide.latencyUs),
      queuedUs: this.#known(at + Wide.queuedUs),
      brokerUs: this.#known(at + Wide.brokerUs),
      waitUs: this.#known(at + Wide.waitUs),
      throttleUs: this.#known(at + Wide.throttleUs),
      requestTransferUs: this.#known(at + Wide.requestTransferUs),
      responseTransferUs: this.#known(at + Wide.responseTransferUs),
      proxyUs: this.#known(at + Wide.proxyUs),
    };
  }

  #packRecords(at: number, to: number, records: RecordsFacts): void {
    this.#wide[at + Wide.recordsCount] = records.count;
    this.#wide[at + Wide.recordsBytes] = records.bytes;
    this.#wide[at + Wide.recordsUncompressedBytes] = records.uncompressedBytes ?? Number.NaN;
    this.#narrow[to + Narrow.batches] = records.batches;
  }

  #records(at: number, to: number, codecs: readonly string[]): RecordsFacts {
    return {
      count: this.#wide[at + Wide.recordsCount] ?? 0,
      batches: this.#int(to + Narrow.batches),
      bytes: this.#wide[at + Wide.recordsBytes] ?? 0,
      uncompressedBytes: this.#known(at + Wide.recordsUncompressedBytes),
      codecs,
    };
  }

  #packSession(to: number, session: SessionFacts): number {
    const narrow = this.#narrow;
    narrow[to + Narrow.sessionId] = session.id ?? 0;
    narrow[to + Narrow.sessionEpoch] = session.epoch;
    narrow[to + Narrow.sessionPartitions] = session.partitions ?? 0;
    let flags: number = Flag.session | (sessionKinds.indexOf(session.kind) << Flag.sessionKindShift);
    if (session.partial) flags |= Flag.sessionPartial;
    if (session.id !== null) flags |= Flag.sessionId;
    if (session.partitions !== null) flags |= Flag.sessionPartitions;
    return flags;
  }

  #session(to: number, flags: number): SessionFacts {
    return {
      id: (flags & Flag.sessionId) === 0 ? null : this.#int(to + Narrow.sessionId),
      epoch: this.#int(to + Narrow.sessionEpoch),
      kind: sessionKinds[flags >> Flag.sessionKindShift] ?? 'sessionless',
      partitions: (flags & Flag.sessionPartitions) === 0 ? null : this.#int(to + Narrow.sessionPartitions),
      partial: (flags & Flag.sessionPartial) !== 0,
    };
  }

  #packRare(row: number, exchange: Exchange): RareFacts | null {
    const requestOpaque = exchange.request === null ? null : exchange.request.opaque;
    const responseOpaque = exchange.response === null ? null : exchange.response.opaque;
    const { errors, errorsOmitted, partitionsOmitted } = exchange;
    const omitted = errorsOmitted + partitionsOmitted;
    if (errors.length === 0 && omitted === 0 && requestOpaque === null && responseOpaque === null) return null;
    const rare = { errors, errorsOmitted, partitionsOmitted, requestOpaque, responseOpaque };
    this.#rare.set(row, rare);
    return rare;
  }

  #int(at: number): number {
    return this.#narrow[at] ?? 0;
  }

  /** NaN is the only value that does not equal itself. */
  #known(at: number): number | null {
    const value = this.#wide[at] ?? 0;
    return Number.isNaN(value) ? null : value;
  }
}
