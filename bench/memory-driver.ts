/**
 * Pushes synthetic exchanges through engine, metrics and history in a process of its own and prints one JSON line.
 * usage: node --expose-gc bench/memory-driver.ts EXCHANGES HISTORY-BYTES-MAX small|mixed
 */
import { TrafficSession } from '../src/runtime/traffic-session.ts';
import type { Side } from '../src/wire/segment.ts';
import { framed } from '../test/support/conversation.ts';
import type { MemoryOutcome } from './memory-outcome.ts';
import {
  fetchRequest,
  fetchResponse,
  heartbeatRequest,
  heartbeatResponse,
  metadataRequest,
  metadataResponse,
  produceRequest,
  produceResponse,
} from './messages.ts';

const connections = 16;
const inFlight = 32;
const tickUs = 50;

interface Pair {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

function pairOf(request: Uint8Array, response: Uint8Array): Pair {
  return { request: framed(request), response: framed(response) };
}

/** `small`: one-record Produce only. `mixed`: what a cluster's clients say, from heartbeats to 10 KiB fetches. */
function pairsOf(kind: string): Pair[] {
  const produce = pairOf(produceRequest(1, 107), produceResponse());
  if (kind === 'small') {
    return [produce];
  }
  const heartbeat = pairOf(heartbeatRequest(), heartbeatResponse());
  const fetch = pairOf(fetchRequest(), fetchResponse(10, 1024));
  const metadata = pairOf(metadataRequest(), metadataResponse(10));
  return [produce, heartbeat, produce, fetch, produce, heartbeat, produce, metadata];
}

function liveBytes(): number {
  if (globalThis.gc === undefined) {
    throw new Error('run with node --expose-gc');
  }
  globalThis.gc();
  globalThis.gc();
  const usage = process.memoryUsage();
  return usage.heapUsed + usage.external;
}

/** Feeds frames as a live source does: many to a segment, in one buffer that is used again. */
class SyntheticSource {
  readonly #session: TrafficSession;
  readonly #pairs: readonly Pair[];
  readonly #buffer = Buffer.alloc(1 << 20);
  #atUs = 1_790_000_000_000_000;
  #correlationId = 0;
  #next = 0;

  constructor(session: TrafficSession, pairs: readonly Pair[]) {
    this.#session = session;
    this.#pairs = pairs;
    for (let connection = 1; connection <= connections; connection += 1) {
      session.receive({
        kind: 'opened',
        connection,
        atUs: this.#atUs,
        client: `127.0.0.1:${40_000 + connection}`,
        broker: '127.0.0.1:9092',
        nodeId: 1,
        tls: null,
        midstream: false,
      });
    }
  }

  /** `inFlight` requests on one connection, then their answers. */
  burst(connection: number): number {
    const first = this.#next;
    this.#fill(connection, 'client', first, 8);
    this.#fill(connection, 'broker', first, 4);
    this.#next = first + inFlight;
    this.#correlationId += inFlight;
    return inFlight;
  }

  #fill(connection: number, from: Side, first: number, correlationAt: number): void {
    let length = 0;
    for (let index = 0; index < inFlight; index += 1) {
      const pair = this.#pairs[(first + index) % this.#pairs.length];
      if (pair !== undefined) {
        const frame = from === 'client' ? pair.request : pair.response;
        this.#buffer.set(frame, length);
        this.#buffer.writeInt32BE((this.#correlationId + index) & 0x7fff_ffff, length + correlationAt);
        length += frame.length;
      }
    }
    this.#atUs += tickUs;
    const bytes = this.#buffer.subarray(0, length);
    this.#session.receive({ kind: 'segment', connection, from, atUs: this.#atUs, bytes });
  }
}

const [exchangesText = '0', historyText = '0', kind = 'small'] = process.argv.slice(2);
const wanted = Number(exchangesText);
const session = new TrafficSession({ historyBytesMax: Number(historyText), unsafeShowSecrets: false });
const source = new SyntheticSource(session, pairsOf(kind));
const liveBefore = liveBytes();
const residentBefore = process.memoryUsage.rss();
const startedMs = performance.now();
const startedCpu = process.cpuUsage();
let sent = 0;
for (let connection = 1; sent < wanted; connection = (connection % connections) + 1) {
  sent += source.burst(connection);
}
const elapsedMs = performance.now() - startedMs;
const cpu = process.cpuUsage(startedCpu);
const residentAfter = process.memoryUsage.rss();
const liveAfter = liveBytes();
const history = session.store?.history;
if (history === undefined) {
  throw new Error('the session has no history');
}
let frameBytesKept = 0;
for (let seq = history.firstSeq; seq < history.endSeq; seq += 1) {
  const exchange = history.get(seq);
  frameBytesKept += (exchange?.request?.bytes.length ?? 0) + (exchange?.response?.bytes.length ?? 0);
}
if (session.summary.responses !== sent) {
  throw new Error(`${session.summary.responses} of ${sent} exchanges were answered`);
}
const outcome: MemoryOutcome = {
  exchanges: sent,
  kept: history.size,
  dropped: history.dropped,
  historyBytes: history.bytes,
  historyBytesMax: history.bytesMax,
  frameBytesKept,
  liveBefore,
  liveAfter,
  residentBefore,
  residentAfter,
  exchangesPerSecond: (sent / elapsedMs) * 1000,
  cpuUsEach: (cpu.user + cpu.system) / sent,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);
