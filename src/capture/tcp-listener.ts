/** The two ends of a TCP connection before anyone knows which is the client: 0 sent the first packet seen. */
export type TcpSide = 0 | 1;

/** What is known of a TCP connection when its first packet is seen. */
export interface TcpConnectionFacts {
  /** `ip:port` of each side. */
  readonly addresses: readonly [string, string];
  /** The side that sent the SYN; null when the capture began later. */
  readonly initiator: TcpSide | null;
  /** True when the stream of `side` is followed from its very first byte. Asked when data comes. */
  startKnown(side: TcpSide): boolean;
}

/** Gets one connection's bytes in stream order. Views of bytes hold only during the call. */
export interface StreamListener {
  /** `atUs`: arrival of the packet that carried the bytes, or of the one that filled the hole before them. */
  data(side: TcpSide, bytes: Uint8Array, atUs: number): void;
  /** Bytes the capture does not have, in place of them. */
  gap(side: TcpSide, missingBytes: number, atUs: number): void;
  /** The side sent its FIN and everything before it was told. */
  ended(side: TcpSide, atUs: number): void;
  closed(atUs: number, reason: CloseReason): void;
}

/** Gets every new connection. */
export interface TcpListener {
  opened(connection: TcpConnectionFacts, atUs: number): StreamListener;
}

/** Why a connection is over; `forgotten` = `connectionsMax` reached. */
export type CloseReason = 'fin' | 'reset' | 'port-reused' | 'idle-timeout' | 'forgotten' | 'capture-ended';
