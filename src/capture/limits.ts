/**
 * Every bound of the capture room. Reaching one never stops the run: it is counted in `CaptureStats.limitsReached`
 * under its name and told (`CaptureControl.onLimit`); `export/limit-sentence.ts` says what it means.
 */
export interface CaptureLimits {
  /** Most captured bytes of one packet; a record that claims more is a lie and ends the reading (`damage`). */
  readonly packetBytesMax: number;
  /** Damaged places of one file that are stepped over; beyond it the file is made of nothing else. */
  readonly damagedPlacesMax: number;
  /** Most interfaces a pcapng section may describe. */
  readonly interfacesMax: number;
  /** Most bytes of TLS secrets (pcapng DSB) kept aside. */
  readonly secretsBytesMax: number;
  /** Most host names (pcapng NRB) kept; names longer than DNS has are left out too. */
  readonly hostNamesMax: number;
  /**
   * TCP connections followed at once; beyond it the one silent for longest is closed as `forgotten`. Where none was
   * silent for `busyUsMax`, new ones are left out: rather some of them whole than all in pieces.
   */
  readonly connectionsMax: number;
  /** A connection with a packet within so long (capture time) is not closed to make room. */
  readonly busyUsMax: number;
  /** A connection without any packet for so long (capture time) is closed as `idle-timeout`. */
  readonly idleUsMax: number;
  /** How long the end of a connection is remembered, so that late retransmissions do not look like a new one. */
  readonly closedLingerUsMax: number;
  /** How long after the end of a connection its own SYN may still turn up once more. */
  readonly repeatedSynUsMax: number;
  /** Bytes held in one direction behind a hole; beyond it the hole is declared a gap. */
  readonly bufferedBytesPerStreamMax: number;
  /** Segments held in one direction behind a hole; beyond it the hole is declared a gap. */
  readonly bufferedSegmentsPerStreamMax: number;
  /** Bytes held behind holes in all directions together. */
  readonly bufferedBytesMax: number;
  /** How long a hole may still fill after the peer acknowledged it: packets are captured slightly out of order. */
  readonly gapGraceUsMax: number;
  /** Bytes held of one connection until it is known whether its endpoint speaks Kafka. */
  readonly undecidedBytesMax: number;
  /** Bytes held of all undecided connections together; beyond it the oldest one's are let go. */
  readonly undecidedBytesTotalMax: number;
  /** Bytes held of a connection that can not be Kafka by itself, in case its endpoint turns out to be. */
  readonly foreignBytesMax: number;
  /** How long (capture time) an undecided connection may hold up recognised ones to keep the output in time order. */
  readonly undecidedWaitUsMax: number;
  /** Bytes of recognised connections queued behind an undecided one. */
  readonly orderedBytesMax: number;
  /** Longest request examined whole (walked to its last byte) as evidence; of longer ones only the header counts. */
  readonly evidenceBytesMax: number;
  /** Requests without an answer remembered per direction as evidence. */
  readonly evidenceRequestsMax: number;
  /** Most endpoints recognised as Kafka. */
  readonly kafkaEndpointsMax: number;
  /** Most endpoints listed one by one as not Kafka; the rest is only counted. */
  readonly notKafkaListedMax: number;
  /** Sessions whose TLS secrets are kept, from a key log or the capture itself. */
  readonly tlsSessionsMax: number;
  /** Bytes of records and handshakes that are not whole, of all TLS connections together; beyond it the one at hand is given up. */
  readonly tlsHeldBytesMax: number;
  /** Unread TLS connections told one by one; the rest is only counted. */
  readonly unreadTlsToldMax: number;
  /** Fragmented IP packets put together at once. */
  readonly fragmentedPacketsMax: number;
}

const mebibyte = 1_048_576;
const secondUs = 1_000_000;

/** The bounds used unless a caller (a test) gives others. Sized so that a capture of nothing but attacks is read in 512 MiB. */
export const captureLimits: CaptureLimits = {
  packetBytesMax: 16 * mebibyte,
  damagedPlacesMax: 65_536,
  interfacesMax: 65_536,
  secretsBytesMax: 4 * mebibyte,
  hostNamesMax: 16_384,
  connectionsMax: 24_576,
  busyUsMax: 5 * secondUs,
  idleUsMax: 3_600 * secondUs,
  closedLingerUsMax: 120 * secondUs,
  repeatedSynUsMax: secondUs,
  bufferedBytesPerStreamMax: 8 * mebibyte,
  bufferedSegmentsPerStreamMax: 8_192,
  bufferedBytesMax: 64 * mebibyte,
  gapGraceUsMax: 10_000,
  undecidedBytesMax: 4 * mebibyte,
  undecidedBytesTotalMax: 32 * mebibyte,
  foreignBytesMax: 4_096,
  undecidedWaitUsMax: secondUs,
  orderedBytesMax: 16 * mebibyte,
  evidenceBytesMax: 65_536,
  evidenceRequestsMax: 64,
  kafkaEndpointsMax: 4_096,
  notKafkaListedMax: 256,
  tlsSessionsMax: 100_000,
  tlsHeldBytesMax: 32 * mebibyte,
  unreadTlsToldMax: 4_096,
  fragmentedPacketsMax: 1_024,
};

/** Names of the limits that can be reached and counted. */
export type LimitName = keyof CaptureLimits;

/**
 * Spans of time that judge packets, and hold nothing: nothing lies beyond them, so they are never reached. All other
 * limits are counted and told.
 */
export const judgingLimits: ReadonlySet<LimitName> = new Set<LimitName>([
  'busyUsMax',
  'closedLingerUsMax',
  'repeatedSynUsMax',
  'gapGraceUsMax',
]);

/** Counts how often each limit was reached, and tells it each time its count has doubled. */
export class LimitCounter {
  readonly #counts: Partial<Record<LimitName, number>> = {};
  readonly #tell: (name: LimitName, count: number) => void;

  constructor(tell: (name: LimitName, count: number) => void = () => undefined) {
    this.#tell = tell;
  }

  reached(name: LimitName): void {
    const count = (this.#counts[name] ?? 0) + 1;
    this.#counts[name] = count;
    // A power of two has one bit.
    if ((count & (count - 1)) === 0) this.#tell(name, count);
  }

  counts(): Readonly<Partial<Record<LimitName, number>>> {
    return { ...this.#counts };
  }
}
