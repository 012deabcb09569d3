/** Round trips from data to its acknowledgment, as seen at the place of capture. */
export interface TcpRoundTrip {
  /** Segments that were timed: one at a time, none of those sent again. */
  readonly count: number;
  readonly minUs: number;
  /** Within an eighth. */
  readonly medianUs: number;
}

/** What one side of a connection sent. */
export interface TcpSideFigures {
  /** Segments with new data, and their bytes. */
  readonly segments: number;
  readonly bytes: number;
  /** From this side's data to the peer's acknowledgment; null when none was timed. */
  readonly roundTrip: TcpRoundTrip | null;
  readonly retransmittedSegments: number;
  readonly retransmittedBytes: number;
  readonly outOfOrderSegments: number;
  /** Acknowledgments that said the same again while the peer's data had a hole. */
  readonly duplicateAcks: number;
  readonly keepAlives: number;
  /** How often this side closed its receive window, and for how long in all. */
  readonly zeroWindows: number;
  readonly zeroWindowUs: number;
  /** Bytes sent again with other content, as far as both versions were at hand; the first version is what is read. */
  readonly conflictingBytes: number;
  /** Packets that the capture holds twice; they count nowhere else. */
  readonly capturedTwice: number;
}

/** How TCP fared on one connection. */
export interface TcpFigures {
  /** SYN to SYN+ACK, and from there to the ACK: the two halves of a round trip around the place of capture. */
  readonly handshake: { readonly brokerUs: number; readonly clientUs: number } | null;
  readonly client: TcpSideFigures;
  readonly broker: TcpSideFigures;
}

const nothing: TcpSideFigures = {
  segments: 0,
  bytes: 0,
  roundTrip: null,
  retransmittedSegments: 0,
  retransmittedBytes: 0,
  outOfOrderSegments: 0,
  duplicateAcks: 0,
  keepAlives: 0,
  zeroWindows: 0,
  zeroWindowUs: 0,
  conflictingBytes: 0,
  capturedTwice: 0,
};

/** The figures of a connection nobody measured. */
export const noTcpFigures: TcpFigures = { handshake: null, client: nothing, broker: nothing };

/** The figures of a Kafka connection, told when it is over. */
export interface ConnectionTcp extends TcpFigures {
  /** Its number in the engine. */
  readonly connection: number;
  readonly atUs: number;
  readonly clientAddress: string;
  readonly brokerAddress: string;
}

/** Sums over all Kafka connections of a capture, and the connections that fared worst. */
export interface CaptureTcpStats {
  readonly retransmittedSegments: number;
  readonly retransmittedBytes: number;
  readonly outOfOrderSegments: number;
  readonly duplicateAcks: number;
  readonly zeroWindows: number;
  readonly zeroWindowUs: number;
  readonly conflictingBytes: number;
  /** Most segments sent again first; at most `tcpListedMax`. */
  readonly worst: readonly ConnectionTcp[];
}

/** Most connections listed one by one. */
export const tcpListedMax = 32;

/** Sums up connections as they end. */
export class TcpTally {
  #retransmittedSegments = 0;
  #retransmittedBytes = 0;
  #outOfOrderSegments = 0;
  #duplicateAcks = 0;
  #zeroWindows = 0;
  #zeroWindowUs = 0;
  #conflictingBytes = 0;
  readonly #worst: ConnectionTcp[] = [];

  add(figures: ConnectionTcp): void {
    for (const side of [figures.client, figures.broker]) {
      this.#retransmittedSegments += side.retransmittedSegments;
      this.#retransmittedBytes += side.retransmittedBytes;
      this.#outOfOrderSegments += side.outOfOrderSegments;
      this.#duplicateAcks += side.duplicateAcks;
      this.#zeroWindows += side.zeroWindows;
      this.#zeroWindowUs += side.zeroWindowUs;
      this.#conflictingBytes += side.conflictingBytes;
    }
    this.#list(figures);
  }

  stats(): CaptureTcpStats {
    return {
      retransmittedSegments: this.#retransmittedSegments,
      retransmittedBytes: this.#retransmittedBytes,
      outOfOrderSegments: this.#outOfOrderSegments,
      duplicateAcks: this.#duplicateAcks,
      zeroWindows: this.#zeroWindows,
      zeroWindowUs: this.#zeroWindowUs,
      conflictingBytes: this.#conflictingBytes,
      worst: [...this.#worst],
    };
  }

  /** Keeps the list in order; equals stay in the order of their ends. */
  #list(figures: ConnectionTcp): void {
    const trouble = troubleOf(figures);
    if (trouble === 0) return;
    let place = this.#worst.length;
    while (place > 0 && troubleOf(this.#worst[place - 1] as ConnectionTcp) < trouble) place -= 1;
    if (place >= tcpListedMax) return;
    this.#worst.splice(place, 0, figures);
    if (this.#worst.length > tcpListedMax) this.#worst.pop();
  }
}

/** What puts a connection on the list: segments sent again and closed windows. */
function troubleOf({ client, broker }: ConnectionTcp): number {
  const again = client.retransmittedSegments + broker.retransmittedSegments;
  return again + client.zeroWindows + broker.zeroWindows;
}
