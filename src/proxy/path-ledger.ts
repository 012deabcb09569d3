import type { VersionCap as CapDone } from '../addons/cap-versions.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { PathBytes, PathFacts, VersionCap } from '../metrics/path-facts.ts';
import { SkippedTraffic } from '../metrics/skipped-traffic.ts';
import type { ConnectionAudit } from './connection-audit.ts';
import type { LookBudget } from './look-budget.ts';
import type { RewriteTally } from './rewrite-tally.ts';

/** A connection as the ledger sees it. */
export interface AuditedConnection {
  readonly audit: ConnectionAudit;
  readonly rewrites: RewriteTally;
  readonly state: 'connecting' | 'open' | 'draining';
}

/** What only the proxy as a whole knows. */
export interface ProxyState {
  readonly refused: Readonly<Record<string, number>>;
  readonly handshakes: number;
  readonly draining: boolean;
  readonly upstreamReached: boolean;
}

/** Version caps kept apart; there are fewer APIs than this. */
const capsMax = 128;

/** Sums up over all connections what the data path did: the proof that it did no more. */
export class PathLedger {
  readonly looking: LookBudget;
  readonly skipped = new SkippedTraffic();
  readonly addedUs = new Histogram();
  readonly #bytes = { fromClient: 0, toBroker: 0, fromBroker: 0, toClient: 0 };
  readonly #rewrites: Record<string, number> = {};
  readonly #caps = new Map<number, VersionCap>();
  #deltaBytes = 0;
  #audited = 0;
  #unbalanced = 0;
  #frames = 0;

  constructor(looking: LookBudget) {
    this.looking = looking;
  }

  /** So many messages lay with us for `us`. */
  added(us: number, messages: number): void {
    if (messages === 0) return;
    this.#frames += messages;
    this.addedUs.recordTimes(us, messages);
  }

  /** A connection is over; `cut` when not both ends closed in order. */
  closed(connection: AuditedConnection, cut: boolean): void {
    this.#audited += 1;
    if (connection.audit.balanced(connection.rewrites, cut) === false) this.#unbalanced += 1;
    addBytes(this.#bytes, connection.audit);
    this.#deltaBytes += connection.rewrites.deltaBytes;
    addCounts(this.#rewrites, connection.rewrites);
    addCaps(this.#caps, connection.rewrites);
  }

  /** Everything as of now, those connections included that are open. */
  facts(open: Iterable<AuditedConnection>, state: ProxyState): PathFacts {
    const bytes = { ...this.#bytes };
    const rewrites = { ...this.#rewrites };
    const caps = new Map(this.#caps);
    let rewriteDeltaBytes = this.#deltaBytes;
    const connections: Record<string, number> = { handshake: state.handshakes, connecting: 0, open: 0, draining: 0 };
    for (const connection of open) {
      addBytes(bytes, connection.audit);
      addCounts(rewrites, connection.rewrites);
      addCaps(caps, connection.rewrites);
      rewriteDeltaBytes += connection.rewrites.deltaBytes;
      connections[connection.state] = (connections[connection.state] ?? 0) + 1;
    }
    const skipped = this.skipped.totals;
    const skippedFrames = skipped.requests + skipped.responses;
    return {
      bytes,
      rewrites,
      rewriteDeltaBytes,
      versionCaps: [...caps.values()],
      audited: this.#audited,
      unbalanced: this.#unbalanced,
      addedUs: this.addedUs.save(),
      skippedFrames,
      skippedBytes: skipped.bytes,
      inspectedFrames: Math.max(0, this.#frames - skippedFrames),
      refused: state.refused,
      connections,
      draining: state.draining,
      upstreamReached: state.upstreamReached,
    };
  }
}

function addBytes(sum: { -readonly [Stream in keyof PathBytes]: number }, bytes: PathBytes): void {
  sum.fromClient += bytes.fromClient;
  sum.toBroker += bytes.toBroker;
  sum.fromBroker += bytes.fromBroker;
  sum.toClient += bytes.toClient;
}

function addCounts(sum: Record<string, number>, rewrites: RewriteTally): void {
  for (const [kind, count] of Object.entries(rewrites.byKind())) sum[kind] = (sum[kind] ?? 0) + count;
}

function addCaps(sum: Map<number, VersionCap>, rewrites: RewriteTally): void {
  for (const cap of rewrites.caps) addCap(sum, cap, rewrites.versionsCapped);
}

function addCap(sum: Map<number, VersionCap>, cap: CapDone, times: number): void {
  const before = sum.get(cap.apiKey);
  if (before === undefined && sum.size >= capsMax) return;
  const { apiKey, offeredMax, cappedMax } = cap;
  sum.set(apiKey, { apiKey, offeredMax, cappedMax, count: (before?.count ?? 0) + times });
}
