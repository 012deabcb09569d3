import type { CaptureErrorCode } from './capture-error.ts';
import type { LimitName } from './limits.ts';
import type { NotKafkaEndpoint } from './not-kafka-tally.ts';
import type { Packet } from './packet.ts';

/** TLS secrets a capture carries about itself (pcapng Decryption Secrets Block), kept for the decrypter. */
export interface CaptureSecrets {
  /** Secrets type of the block; 0x544c534b is an NSS key log. */
  readonly secretsType: number;
  readonly bytes: Uint8Array;
}

/**
 * A file format, bytes in and packets out. Like h11, `push` only stores and `next` parses. `next` and `end` throw
 * `CaptureError` where the file contradicts itself; packets given before stay valid.
 */
export interface PacketReader {
  push(chunk: Uint8Array): void;
  /** Fills `packet` with the next one; false when more bytes are needed. */
  next(packet: Packet): boolean;
  /** The file is over: throws when it ends inside a record. */
  end(): void;
  readonly secrets: readonly CaptureSecrets[];
}

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

/** Why and where reading stopped before the end of the file. */
export interface CaptureDamage {
  readonly code: CaptureErrorCode;
  /** One sentence: what, where, what next. */
  readonly message: string;
}

/** What a capture held, apart from the Kafka traffic itself. */
export interface CaptureStats {
  readonly packets: number;
  /** Captured bytes of packets, link headers included. */
  readonly bytes: number;
  /** Bytes read from the file or pipe, compressed as they are. */
  readonly fileBytes: number;
  readonly tcpConnections: number;
  readonly kafkaConnections: number;
  /** Connections never recognised; those of the largest endpoints are listed in `notKafka`. */
  readonly notKafkaConnections: number;
  readonly notKafka: readonly NotKafkaEndpoint[];
  /** Places where TCP bytes are missing, in all connections. */
  readonly gaps: number;
  readonly missingBytes: number;
  /** TCP payload bytes that came more than once. */
  readonly repeatedBytes: number;
  /** Payload bytes before the first whole frame of connections that began before the capture. */
  readonly unalignedBytes: number;
  /** True when the end of the capture is missing or unreadable; `damage` says why. */
  readonly truncated: boolean;
  readonly damage: CaptureDamage | null;
  /** True when the reader was told to stop. */
  readonly aborted: boolean;
  readonly skippedPackets: Readonly<Record<string, number>>;
  /** Packets shorter than on the wire (snaplen). */
  readonly cutPackets: number;
  /** Earliest and latest packet; null in a capture without packets. */
  readonly firstPacketUs: number | null;
  readonly lastPacketUs: number | null;
  /** How often each limit was reached. */
  readonly limitsReached: Readonly<Partial<Record<LimitName, number>>>;
  /** TLS secrets the capture carries (pcapng Decryption Secrets Block). */
  readonly secrets: readonly CaptureSecrets[];
}
