import { AssemblyBuffers } from '../wire/assembly-buffers.ts';
import { classifyFirstBytes, sentenceFor } from '../wire/first-bytes.ts';
import type { Frame } from '../wire/frame.ts';
import { FrameSearch } from '../wire/frame-search.ts';
import type {
  ConnectionClosed,
  ConnectionOpened,
  EngineInput,
  Gap,
  ResponseTagged,
  Segment,
  Side,
  SideEnded,
  Skipped,
} from '../wire/segment.ts';
import { ConnectionTrack } from './connection-track.ts';
import type { CorrelationTable } from './correlation-table.ts';
import type { EngineEvent, TrafficEvent } from './event.ts';
import type { Exchange } from './exchange.ts';
import { frameJudgeOf } from './frame-evidence.ts';
import { FrameKeeper } from './frame-keeper.ts';
import { Learned } from './learned.ts';
import { LimitAlarm } from './limit-alarm.ts';
import { assembledBytesMax, fetchSessionsMax, inFlightMax, rawTokensMax } from './limits.ts';
import { type RequestOfExchange, RequestReader } from './request-reader.ts';
import { ResponseReader } from './response-reader.ts';

/** Places for events that are kept for the next input; a burst may take more, and gives them back. */
const eventsKeptMax = 4096;

export interface EngineOptions {
  /** Keeps credentials in the bytes of exchanges (`--unsafe-show-secrets`). */
  readonly unsafeShowSecrets?: boolean;
  /**
   * False where nobody looks at messages beyond their facts: exchanges then have no bytes. Messages that may hold
   * secrets are kept and redacted all the same, so that what is said of them does not depend on it.
   */
  readonly keepsBytes?: boolean;
  /** Bytes of frames that are not whole, over all connections; `assembledBytesMax` unless a test gives another. */
  readonly assembledBytesMax?: number;
}

/**
 * The sans-io engine: segments in, events and exchanges out; the same for live traffic and captures.
 *
 * `receive` takes one input and reads every whole frame in it at once, because the bytes of a segment belong to the
 * source again when it returns; what was found waits in a queue until `next` hands it out. No clock, no socket, no
 * callback. Malformed bytes are data (an opaque message or an event), never an exception.
 */
export class Engine {
  readonly #connections = new Map<number, ConnectionTrack>();
  /** Has the frames of all exchanges; whoever is done with a final one may give its frames back here. */
  readonly keeper: FrameKeeper = new FrameKeeper();
  readonly #requests: RequestReader;
  readonly #responses: ResponseReader;
  readonly #learned = new Learned();
  readonly #keepsBytes: boolean;
  readonly #buffers: AssemblyBuffers;
  readonly #assembledBytesMax: number;
  /** What was found and not handed out: those from `#taken` on, `#found` in all. The array stays, its events do not. */
  readonly #events: (EngineEvent | undefined)[] = [];
  #found = 0;
  #taken = 0;
  #seq = 0;
  readonly #cutFrames = new LimitAlarm();
  readonly #forcedOut = { inFlightMax: new LimitAlarm(), rawTokensMax: new LimitAlarm() };
  readonly #evictions = new LimitAlarm();

  constructor(options: EngineOptions = {}) {
    const { keeper } = this;
    this.#keepsBytes = options.keepsBytes !== false;
    this.#assembledBytesMax = options.assembledBytesMax ?? assembledBytesMax;
    this.#buffers = new AssemblyBuffers((bytesMin) => keeper.lend(bytesMin), this.#assembledBytesMax);
    const keeping = { redacts: options.unsafeShowSecrets !== true, keepsBytes: this.#keepsBytes };
    this.#requests = new RequestReader(keeper, this.#learned, keeping);
    this.#responses = new ResponseReader(keeper, this.#learned, keeping);
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** How often each of the engine's limits was reached, by name; only those that were. */
  limitsReached(): Readonly<Record<string, number>> {
    const counts = {
      assembledBytesMax: this.#buffers.cutFrames,
      inFlightMax: this.#forcedOut.inFlightMax.count,
      rawTokensMax: this.#forcedOut.rawTokensMax.count,
      fetchSessionsMax: this.#learned.sessions.evicted,
    };
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  receive(input: EngineInput): void {
    switch (input.kind) {
      case 'segment':
        this.#segment(input);
        return;
      case 'skipped':
        this.#skipped(input);
        return;
      case 'opened':
        this.#opened(input);
        return;
      case 'gap':
        this.#gap(input);
        return;
      case 'ended':
        this.#ended(input);
        return;
      case 'closed':
        this.#closed(input);
        return;
      case 'tagged':
        this.#tagged(input);
        return;
      default:
        input satisfies never;
    }
  }

  /** The next thing that happened, in order; undefined when all were taken. */
  next(): EngineEvent | undefined {
    const taken = this.#taken;
    if (taken === this.#found) {
      this.#found = 0;
      this.#taken = 0;
      if (this.#events.length > eventsKeptMax) this.#events.length = 0;
      return undefined;
    }
    const event = this.#events[taken];
    this.#events[taken] = undefined;
    this.#taken = taken + 1;
    return event;
  }

  #opened(input: ConnectionOpened): void {
    this.#connections.set(input.connection, new ConnectionTrack(input, this.#learned, this.#buffers));
    this.#emit(input.atUs, 'connection-opened', input.connection, {
      client: input.client,
      broker: input.broker,
      nodeId: input.nodeId,
      midstream: input.midstream,
    });
  }

  #segment(input: Segment): void {
    const track = this.#connections.get(input.connection);
    if (track === undefined) return;
    const search = track.searches[input.from];
    if (search !== null) {
      if (search.receive(input.bytes, input.atUs)) this.#resume(track, input.from, search);
      return;
    }
    track.splitter(input.from).receive(input.bytes, input.atUs, input.forwardedUs ?? null);
    this.#drain(track, input.from, input.atUs);
  }

  /** What was answered unseen kept the broker busy all the same: the next answer queued behind it. */
  #skipped(input: Skipped): void {
    const track = this.#connections.get(input.connection);
    if (track === undefined) return;
    track.splitter(input.from).skip(input.bytes);
    if (input.from === 'client') return;
    track.previousResponseUs = input.atUs;
    track.previousThrottleUs = 0;
  }

  /** Behind a loss a frame is sure again: reading goes on with it. */
  #resume(track: ConnectionTrack, from: Side, search: FrameSearch): void {
    track.searches[from] = null;
    track.foundAgain[from] = true;
    const pieces = search.take();
    track.splitter(from).restart(search.skippedBytes);
    for (const { bytes, atUs } of pieces) {
      const lost = track.searchOf(from);
      if (lost === null) {
        track.splitter(from).receive(bytes, atUs);
        this.#drain(track, from, atUs);
      } else if (lost.receive(bytes, atUs)) {
        // Found once more within the same bytes: the rest of the pieces follows on from there.
        this.#resume(track, from, lost);
      }
    }
  }

  #loseSync(track: ConnectionTrack, from: Side): void {
    track.searches[from] = new FrameSearch(frameJudgeOf(track, from));
  }

  #tagged(input: ResponseTagged): void {
    const exchange = this.#connections.get(input.connection)?.waiting.find(input.correlationId);
    if (exchange !== undefined) exchange.tags = [...exchange.tags, input.tag];
  }

  #gap(input: Gap): void {
    const track = this.#connections.get(input.connection);
    if (track === undefined) return;
    this.#emit(input.atUs, 'gap', input.connection, { from: input.from, missingBytes: input.missingBytes });
    const search = track.searches[input.from];
    if (search !== null) {
      search.gap();
      return;
    }
    track.splitter(input.from).gap(input.missingBytes, input.atUs);
    this.#drain(track, input.from, input.atUs);
  }

  #drain(track: ConnectionTrack, from: Side, atUs: number): void {
    const splitter = track.splitter(from);
    for (let event = splitter.next(); event !== undefined; event = splitter.next()) {
      if (event.kind === 'frame') {
        if (from === 'client') this.#requestFrame(track, event.frame);
        else this.#responseFrame(track, event.frame);
        if (!this.#keepsBytes) this.keeper.takeBack(event.frame.bytes);
      } else if (event.kind === 'not-kafka' && !track.foundAgain[from]) {
        track.step('not-kafka');
        const guess = classifyFirstBytes(event.firstBytes);
        this.#emit(atUs, 'not-kafka', track.facts.id, {
          from,
          streamOffset: event.streamOffset,
          sizeBytes: event.sizeBytes,
          firstBytes: Buffer.from(event.firstBytes.subarray(0, 8)).toString('hex'),
          guess,
          message: sentenceFor(guess, event.sizeBytes),
        });
      } else {
        this.#emit(atUs, 'lost-sync', track.facts.id, { from, streamOffset: event.streamOffset });
        this.#loseSync(track, from);
      }
    }
    if (this.#cutFrames.rings(this.#buffers.cutFrames)) {
      const count = this.#buffers.cutFrames;
      const detail = { limit: 'assembledBytesMax', count, assembledBytesMax: this.#assembledBytesMax, from };
      this.#emit(atUs, 'assembly-limit', track.facts.id, detail);
    }
  }

  #requestFrame(track: ConnectionTrack, frame: Frame): void {
    const read = this.#requests.read(track, frame, this.#seq + 1);
    if (read.kind === 'not-a-request') {
      this.#emit(frame.lastByteUs, 'malformed-frame', track.facts.id, {
        from: 'client',
        streamOffset: frame.streamOffset,
        sizeBytes: frame.sizeBytes,
        detail: read.detail,
      });
      return;
    }
    this.#seq += 1;
    this.#tell({ kind: 'started', exchange: read.exchange });
    if (read.kind === 'raw-token') {
      this.#await(track, track.rawTokens, read, frame);
      return;
    }
    if (track.rawTokens.size > 0) this.#tokensWithoutAnswer(track);
    this.#tellEvictions(track, frame);
    if (read.kind === 'no-response') {
      read.exchange.status = 'unanswered-by-design';
      this.#tell({ kind: 'completed', exchange: read.exchange });
      return;
    }
    this.#await(track, track.waiting, read, frame);
  }

  /** The exchange waits for its answer; where too many do, the oldest is given up. */
  #await(track: ConnectionTrack, table: CorrelationTable, read: RequestOfExchange, frame: Frame): void {
    const forcedOut = table.put(read.exchange, read.asked);
    if (forcedOut === undefined) return;
    const limit = table === track.waiting ? 'inFlightMax' : 'rawTokensMax';
    const alarm = this.#forcedOut[limit];
    if (alarm.rings(alarm.count + 1)) {
      const max = limit === 'inFlightMax' ? inFlightMax : rawTokensMax;
      const detail = { limit, count: alarm.count, [limit]: max, seq: forcedOut.seq };
      this.#emit(frame.lastByteUs, 'in-flight-limit', track.facts.id, detail);
    }
    this.#abandon(forcedOut);
  }

  #responseFrame(track: ConnectionTrack, frame: Frame): void {
    const rawToken = this.#rawTokenAnswered(track);
    if (rawToken !== undefined) {
      this.#responses.answerRawToken(track, rawToken, frame);
      this.#tell({ kind: 'completed', exchange: rawToken });
      return;
    }
    if (frame.bytes.length < 4) {
      this.#emit(frame.lastByteUs, 'malformed-frame', track.facts.id, {
        from: 'broker',
        streamOffset: frame.streamOffset,
        sizeBytes: frame.sizeBytes,
        detail: 'a response needs 4 bytes for its correlation id',
      });
      return;
    }
    const bytes = frame.bytes;
    const correlationId = ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
    const taken = track.waiting.take(correlationId);
    if (taken === undefined) {
      this.#seq += 1;
      const orphan = this.#responses.orphan(track, frame, correlationId, this.#seq);
      this.#tell({ kind: 'started', exchange: orphan });
      this.#tell({ kind: 'completed', exchange: orphan });
      return;
    }
    if (!taken.inOrder && track.foundAgain.broker) {
      // Brokers answer in order: what was asked before was answered in the bytes that are lost.
      for (let older = track.waiting.peek(); older !== undefined && older.seq < taken.exchange.seq; ) {
        track.waiting.shift();
        this.#abandon(older);
        older = track.waiting.peek();
      }
    } else if (!taken.inOrder) {
      this.#emit(frame.lastByteUs, 'out-of-order', track.facts.id, { seq: taken.exchange.seq, correlationId });
    }
    this.#responses.answer(track, taken.exchange, frame, taken.asked);
    this.#tell({ kind: 'completed', exchange: taken.exchange });
    this.#tellEvictions(track, frame);
  }

  /** The last token of GSSAPI may get no answer at all (PROTOCOL 4.10): the request behind it proves that it was taken. */
  #tokensWithoutAnswer(track: ConnectionTrack): void {
    if (track.expectsRawTokens || track.facts.sasl?.mechanism !== 'GSSAPI') return;
    for (const exchange of track.rawTokens.drain()) {
      exchange.status = 'unanswered-by-design';
      this.#tell({ kind: 'completed', exchange });
    }
  }

  #tellEvictions(track: ConnectionTrack, frame: Frame): void {
    const { evicted } = this.#learned.sessions;
    if (!this.#evictions.rings(evicted)) return;
    const detail = { limit: 'fetchSessionsMax', count: evicted, evicted, sessionsMax: fetchSessionsMax };
    this.#emit(frame.lastByteUs, 'session-limit', track.facts.id, detail);
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

  #ended(input: SideEnded): void {
    const track = this.#connections.get(input.connection);
    if (track !== undefined) track.endedBy ??= input.from;
  }

  #closed(input: ConnectionClosed): void {
    const track = this.#connections.get(input.connection);
    if (track === undefined) return;
    for (const side of ['client', 'broker'] as const) {
      const splitter = track.splitter(side);
      if (splitter.pendingBytes === 0) continue;
      this.#emit(input.atUs, 'incomplete-frame', input.connection, {
        from: side,
        bytesSeen: splitter.pendingBytes,
        sizeBytes: splitter.announcedBytes,
      });
    }
    for (const exchange of track.waiting.drain()) this.#abandon(exchange);
    for (const exchange of track.rawTokens.drain()) this.#abandon(exchange);
    track.client.close();
    track.broker.close();
    track.step('closed');
    this.#connections.delete(input.connection);
    this.#emit(input.atUs, 'connection-closed', input.connection, { reason: input.reason, endedBy: track.endedBy });
  }

  #abandon(exchange: Exchange): void {
    exchange.status = 'abandoned';
    this.#tell({ kind: 'completed', exchange });
  }

  #tell(event: EngineEvent): void {
    this.#events[this.#found] = event;
    this.#found += 1;
  }

  #emit(atUs: number, event: string, connection: number | null, detail: TrafficEvent['detail']): void {
    this.#tell({ kind: 'event', atUs, event, connection, detail });
  }
}
