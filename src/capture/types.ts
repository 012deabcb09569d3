import type { TlsFacts } from '../wire/segment.ts';
import type { CaptureErrorCode } from './capture-error.ts';
import type { LimitName } from './limits.ts';
import type { NotKafkaEndpoint } from './not-kafka-tally.ts';
import type { Packet } from './packet.ts';
import type { CaptureTcpStats, TcpFigures } from './tcp-figures.ts';

/** TLS secrets a capture carries about itself (pcapng Decryption Secrets Block), kept for the decrypter. */
export interface CaptureSecrets {
  /** Secrets type of the block; 0x544c534b is an NSS key log. */
  readonly secretsType: number;
  readonly bytes: Uint8Array;
}

/** The bytes of a capture file as they lie on disk or come from a pipe. */
export interface ByteSource {
  /** A chunk holds until the next one is asked for: its buffer is then read into again. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Size of the file; null for a pipe. */
  readonly totalBytes: number | null;
  /** Stops reading, also while a read waits. */
  close(): void;
}

/**
 * A file format, bytes in and packets out. Like h11, `push` only stores and `next` parses. Where the file contradicts
 * itself, `next` goes on behind the damage and `end` tells of it; `next` throws `CaptureError` where it can not go on.
 */
export interface PacketReader {
  push(chunk: Uint8Array): void;
  /** Fills `packet` with the next one; false when more bytes are needed. */
  next(packet: Packet): boolean;
  /** The chunks pushed so far belong to their reader again: whatever is left of them is copied. */
  settle(): void;
  /** No more bytes will come: `next` may still give what more bytes could have disproved. */
  finish(): void;
  /** The file was read: throws when it ends inside a record, or is damaged before its end. */
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
  /** What its TLS handshake agreed on; null or absent in the clear. Asked when the connection is told of. */
  readonly tls?: TlsFacts | null;
  /** How TCP fared until `atUs`, where `client` is the side that is. Absent where nobody measured. */
  figures?(client: TcpSide, atUs: number): TcpFigures;
}

/** Gets one connection's bytes in stream order. Views of bytes hold only during the call. */
export interface StreamListener {
  /** `atUs`: arrival of the packet that carried the bytes, or of the one that filled the hole before them. */
  data(side: TcpSide, bytes: Uint8Array, atUs: number): void;
  /** Bytes the capture does not have, in place of them; null when nobody can tell how many. */
  gap(side: TcpSide, missingBytes: number | null, atUs: number): void;
  /** The side sent its FIN and everything before it was told. */
  ended(side: TcpSide, atUs: number): void;
  closed(atUs: number, reason: CloseReason): void;
}

/** Gets every new connection. */
export interface TcpListener {
  opened(connection: TcpConnectionFacts, atUs: number): StreamListener;
}

/** Gets a connection's bytes once encryption is out of the way. */
export interface PlaintextStreamListener extends StreamListener {
  /** Bytes that stay encrypted: no data, but they tell how large the connection was, and what it looks like. */
  unreadable(firstBytes: Uint8Array, byteCount: number): void;
}

/** Gets every new connection, decrypted where that was possible. */
export interface PlaintextListener {
  opened(connection: TcpConnectionFacts, atUs: number): PlaintextStreamListener;
}

/** A TLS connection that could not be read, told when it is over. */
export interface UnreadTls {
  readonly atUs: number;
  readonly client: string;
  readonly server: string;
  readonly sni: string | null;
  /** The version agreed on, else the ones offered; null when no hello was captured. */
  readonly version: string | null;
  readonly cipher: string | null;
  readonly alpn: string | null;
  /** Subject of the server's certificate; TLS 1.3 encrypts it. */
  readonly certificateSubject: string | null;
  /** Encrypted bytes of both directions, and how long the connection lasted as far as captured. */
  readonly bytes: number;
  readonly durationUs: number;
  /** One sentence: what is missing. */
  readonly message: string;
}

/** What became of the TLS connections of a capture. */
export interface CaptureTlsStats {
  readonly connections: number;
  /** Connections of which anything was decrypted. */
  readonly decrypted: number;
  readonly unread: number;
  /** Secrets at hand, from `--keylog` and from the capture itself. */
  readonly secrets: number;
  /** Why the last unread one was not; null when all were. */
  readonly message: string | null;
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
  /** TCP segments that came once more when their connection was over; in `repeatedBytes`, in no connection's figures. */
  readonly lateSegments: number;
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
  /** What the capture calls hosts (pcapng Name Resolution Block), by address without port. */
  readonly hostNames: Readonly<Record<string, string>>;
  readonly tls: CaptureTlsStats;
  readonly tcp: CaptureTcpStats;
}
