/** What memory-driver.ts prints: bytes, and counts of exchanges. */
export interface MemoryOutcome {
  readonly exchanges: number;
  readonly kept: number;
  readonly dropped: number;
  /** What the history charged itself, its limit, and the part of it that is frames. */
  readonly historyBytes: number;
  readonly historyBytesMax: number;
  readonly frameBytesKept: number;
  /** Live memory (heap and buffers) after a collection, before and after the exchanges. */
  readonly liveBefore: number;
  readonly liveAfter: number;
  readonly residentBefore: number;
  readonly residentAfter: number;
  readonly exchangesPerSecond: number;
  /** Processor time of all threads, the garbage collector's included, for one exchange. */
  readonly cpuUsEach: number;
}
