import type { CaptureErrorCode } from './capture-error.ts';
import type { LimitName } from './limits.ts';
import type { NotKafkaEndpoint } from './not-kafka-tally.ts';
import type { CaptureSecrets } from './packet-reader.ts';

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
