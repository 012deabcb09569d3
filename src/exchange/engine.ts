import { AssemblyBuffers } from '../wire/assembly-buffers.ts';
import { classifyFirstBytes, sentenceFor } from '../wire/first-bytes.ts';
import { FrameSearch, SearchCounts } from '../wire/frame-search.ts';
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
import { EngineLimits, limitEventOf } from './engine-limits.ts';
import type { EngineEvent } from './event.ts';
import { EventQueue } from './event-queue.ts';
import { frameJudgeOf } from './frame-evidence.ts';
import { FrameKeeper } from './frame-keeper.ts';
import { Learned } from './learned.ts';
import { assembledBytesMax } from './limits.ts';
import { Pairing } from './pairing.ts';
import { RequestReader } from './request-reader.ts';
import { ResponseReader } from './response-reader.ts';

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
  readonly #limits = new EngineLimits();
  readonly #learned = new Learned(this.#limits);
  readonly #events = new EventQueue();
  readonly #pairing: Pairing;
  readonly #keepsBytes: boolean;
  readonly #buffers: AssemblyBuffers;
  readonly #assembledBytesMax: number;
  readonly #searches = new SearchCounts();
  /** How often the buffers had reached a limit when that was last looked at. */
  #toldOfBuffers = 0;

  constructor(options: EngineOptions = {}) {
    const { keeper } = this;
    this.#keepsBytes = options.keepsBytes !== false;
    this.#assembledBytesMax = options.assembledBytesMax ?? assembledBytesMax;
    this.#buffers = new AssemblyBuffers((bytesMin) => keeper.lend(bytesMin), this.#assembledBytesMax);
    const keeping = { redacts: options.unsafeShowSecrets !== true, keepsBytes: this.#keepsBytes };
    const requests = new RequestReader(keeper, this.#learned, keeping, this.#limits);
    const responses = new ResponseReader(keeper, this.#learned, keeping);
    this.#pairing = new Pairing(requests, responses, this.#limits, this.#events);
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** How often each of the engine's limits was reached, by name; only those that were. */
  limitsReached(): Readonly<Record<string, number>> {
    return this.#limits.counts();
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
    return this.#events.next();
  }

  #opened(input: ConnectionOpened): void {
    this.#connections.set(input.connection, new ConnectionTrack(input, this.#learned, this.#buffers));
    this.#events.emit(input.atUs, 'connection-opened', input.connection, {
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
      this.#tellLimits(track, input.from, input.atUs);
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
    track.searches[from] = new FrameSearch(frameJudgeOf(track, from, this.#searches), this.#searches);
  }

  #tagged(input: ResponseTagged): void {
    const waiting = this.#connections.get(input.connection)?.waiting;
    const exchange = waiting?.find(input.correlationId);
    if (exchange !== undefined) exchange.tags = [...exchange.tags, input.tag];
    else if (waiting?.isDeep === true) this.#limits.reach('answerDepthMax');
  }

  #gap(input: Gap): void {
    const track = this.#connections.get(input.connection);
    if (track === undefined) return;
    this.#events.emit(input.atUs, 'gap', input.connection, { from: input.from, missingBytes: input.missingBytes });
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
        if (from === 'client') this.#pairing.request(track, event.frame);
        else this.#pairing.response(track, event.frame);
        if (!this.#keepsBytes) this.keeper.takeBack(event.frame.bytes);
      } else if (event.kind === 'not-kafka' && !track.foundAgain[from]) {
        track.step('not-kafka');
        const guess = classifyFirstBytes(event.firstBytes);
        this.#events.emit(atUs, 'not-kafka', track.facts.id, {
          from,
          streamOffset: event.streamOffset,
          sizeBytes: event.sizeBytes,
          firstBytes: Buffer.from(event.firstBytes.subarray(0, 8)).toString('hex'),
          guess,
          message: sentenceFor(guess, event.sizeBytes),
        });
      } else {
        this.#events.emit(atUs, 'lost-sync', track.facts.id, { from, streamOffset: event.streamOffset });
        this.#loseSync(track, from);
      }
    }
    const { cutFrames, lostBacklogs } = this.#buffers;
    if (cutFrames + lostBacklogs !== this.#toldOfBuffers || this.#limits.isRinging) this.#tellLimits(track, from, atUs);
  }

  /** Says which limits were reached with the input at hand, where their counts have doubled. */
  #tellLimits(track: ConnectionTrack, from: Side, atUs: number): void {
    const limits = this.#limits;
    const { cutFrames, lostBacklogs } = this.#buffers;
    if (cutFrames > limits.count('assembledBytesMax') && limits.rings('assembledBytesMax', cutFrames)) {
      const detail = { limit: 'assembledBytesMax', count: cutFrames, assembledBytesMax: this.#assembledBytesMax, from };
      this.#events.emit(atUs, 'assembly-limit', track.facts.id, detail);
    }
    limits.follow('backlogEventsMax', lostBacklogs);
    this.#toldOfBuffers = cutFrames + lostBacklogs;
    limits.follow('searchBytesMax', this.#searches.searchBytesMax);
    limits.follow('undecidedPlacesMax', this.#searches.undecidedPlacesMax);
    limits.follow('searchWalkedBytesMax', this.#searches.searchWalkedBytesMax);
    for (let reached = limits.next(); reached !== undefined; reached = limits.next()) {
      const { limit, count, max } = reached;
      const sessions = limit === 'fetchSessionsMax' ? { evicted: count, sessionsMax: max } : {};
      this.#events.emit(atUs, limitEventOf(limit), track.facts.id, { limit, count, max, ...sessions });
    }
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
      this.#events.emit(input.atUs, 'incomplete-frame', input.connection, {
        from: side,
        bytesSeen: splitter.pendingBytes,
        sizeBytes: splitter.announcedBytes,
      });
    }
    this.#pairing.abandonAll(track);
    track.client.close();
    track.broker.close();
    track.step('closed');
    this.#connections.delete(input.connection);
    this.#events.emit(input.atUs, 'connection-closed', input.connection, {
      reason: input.reason,
      endedBy: track.endedBy,
    });
  }
}
