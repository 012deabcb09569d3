/** What the cluster has answered so far, for tests and for the demo's own words. Keys are bounded by the protocol. */
export class BrokerCounters {
  readonly requestsByApi = new Map<string, number>();
  readonly errorsByCode = new Map<number, number>();
  readonly requestsByClient = new Map<string, number>();
  readonly producedByCodec = new Map<number, number>();
  readonly limitsReached = new Map<string, number>();
  readonly softwareSeen = new Set<string>();
  throttledResponses = 0;
  delayedResponses = 0;
  leaderMoves = 0;
  rebalances = 0;
  transactionsCommitted = 0;
  transactionsAborted = 0;
  connectionsOpened = 0;
  connectionsClosedByUs = 0;

  /** One request arrived; the key of `requestsByApi` is `apiKey.apiVersion`. */
  request(apiKey: number, apiVersion: number, clientId: string | null): void {
    bump(this.requestsByApi, `${apiKey}.${apiVersion}`);
    bumpBounded(this.requestsByClient, clientId ?? '(none)', clientsCountedMax);
  }

  /** One non-zero error code left in a response. */
  error(code: number): void {
    if (code !== 0) bump(this.errorsByCode, code);
  }

  /** One batch was stored; codec as in the batch's attributes. */
  batch(codec: number): void {
    bump(this.producedByCodec, codec);
  }

  /** A named limit was reached. */
  limit(name: string): void {
    bump(this.limitsReached, name);
  }

  /** A client named its software in ApiVersions v3 or newer. */
  software(name: string): void {
    if (this.softwareSeen.size < clientsCountedMax) this.softwareSeen.add(name);
  }
}

/** Distinct client ids counted one by one; later ones share a single row. */
const clientsCountedMax = 1_000;

function bump<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function bumpBounded(counts: Map<string, number>, key: string, keysMax: number): void {
  bump(counts, counts.has(key) || counts.size < keysMax ? key : '(others)');
}
