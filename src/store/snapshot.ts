import type { ExchangeStatus, Opaque, SessionFacts, Timing } from '../exchange/exchange.ts';
import type { Finding } from '../insight/finding.ts';
import type { ConnectionWindow } from '../metrics/connection-book.ts';
import type { ListenerFigures, MetricsSnapshot } from '../metrics/metrics-snapshot.ts';
import type { PathFacts } from '../metrics/path-facts.ts';
import type { ByteView, FieldSpan } from '../protocol/field-span.ts';

/**
 * What the UI asks for and gets: plain data that survives `structuredClone`, because the store lives on another
 * thread. A request names only what is on the screen, so that an answer costs the same with any length of history.
 */

export interface ListRequest {
  /** Filter text; empty shows everything. */
  readonly filter: string;
  readonly markedOnly: boolean;
  /** First position wanted (absolute, see ListSnapshot), or the newest rows. */
  readonly from: number | 'end';
  readonly count: number;
}

export interface SnapshotRequest {
  readonly list: ListRequest | null;
  /** The exchange shown in the detail panes; `records` asks for keys and values, else batches are only counted. */
  readonly detail: { readonly seq: number; readonly records: boolean } | null;
  readonly overview: boolean;
  /** The list of findings, for its screen; the title always has their count. */
  readonly findings?: boolean;
  /** The Proxy screen and the part of its connections that is visible; absent or null: not shown. */
  readonly path?: PathRequest | null;
}

export interface PathRequest {
  /** First open connection wanted, and how many. */
  readonly from: number;
  readonly count: number;
  /** The selected connection, whose place is wanted; null: none. */
  readonly keep: number | null;
}

/** What a capture can say of the path: nothing of a proxy, but what is missing from itself. */
export interface CaptureFacts {
  /** null while the capture is being read, here and below. */
  readonly packets: number | null;
  readonly missingBytes: number | null;
  /** Packets shorter than on the wire (snaplen). */
  readonly cutPackets: number | null;
  readonly damage: string | null;
  readonly gaps: number;
  readonly notKafka: number;
  readonly incompleteFrames: number;
  readonly orphans: number;
  readonly abandoned: number;
}

/** The Proxy screen: is the proxy innocent, and who is connected. */
export interface PathSnapshot {
  /** null in a capture. */
  readonly facts: PathFacts | null;
  /** null live. */
  readonly capture: CaptureFacts | null;
  /** What was not kept, printed or told apart, by what. */
  readonly losses: Readonly<Record<string, number>>;
  /** Messages that could not be decoded, by reason. */
  readonly undecoded: Readonly<Record<string, number>>;
  readonly listeners: readonly ListenerFigures[];
  readonly connections: ConnectionWindow;
  /** Where Prometheus scrapes; null: nowhere. */
  readonly metricsUrl: string | null;
}

export interface ExchangeRow {
  /** Absolute position in the filtered view; grows for ever, never reused. */
  readonly position: number;
  readonly seq: number;
  readonly atUs: number;
  readonly status: ExchangeStatus;
  readonly connection: number;
  readonly client: string;
  readonly clientId: string | null;
  readonly broker: string;
  readonly nodeId: number | null;
  readonly apiKey: number | null;
  readonly apiName: string | null;
  readonly apiVersion: number | null;
  /** The version was removed by Kafka 4.0 (KIP-896). */
  readonly removedInKafka4: boolean;
  readonly topics: readonly string[];
  readonly topicCount: number;
  readonly group: string | null;
  readonly transactionalId: string | null;
  readonly requestSizeBytes: number | null;
  readonly responseSizeBytes: number | null;
  readonly latencyUs: number | null;
  readonly waitUs: number | null;
  readonly throttleTimeMs: number | null;
  /** The first few; `errorCount` counts all. */
  readonly errors: readonly { readonly code: number; readonly name: string }[];
  readonly errorCount: number;
  readonly recordsCount: number | null;
  readonly correlationId: number | null;
  readonly opaque: string | null;
  readonly tags: readonly string[];
  readonly marked: boolean;
}

export interface ListSnapshot {
  /** Echo of the filter these rows belong to. */
  readonly filter: string;
  readonly filterError: { readonly message: string; readonly column: number } | null;
  /** Set while a new filter still runs over the history. */
  readonly filtering: { readonly scanned: number; readonly total: number } | null;
  /** Positions of the oldest kept row and one past the newest: rows exist for [first, end). */
  readonly firstPosition: number;
  readonly endPosition: number;
  readonly rows: readonly ExchangeRow[];
}

export interface MessageDetail {
  readonly atUs: number;
  readonly sizeBytes: number;
  /** The payload (redacted), at most `detailBytesMax`; `bytesOmitted` tells how much is not here. */
  readonly bytes: Uint8Array;
  readonly bytesOmitted: number;
  /** Root spans: header, body (and what follows). Empty when opaque. */
  readonly spans: readonly FieldSpan[];
  readonly spansOmitted: number;
  /** Bytes that spans with a `view` point into: uncompressed batches. */
  readonly views: readonly ByteView[];
  readonly opaque: Opaque | null;
}

export interface DetailSnapshot {
  readonly row: ExchangeRow;
  readonly timing: Timing;
  readonly software: string | null;
  readonly softwareVersion: string | null;
  readonly principal: string | null;
  readonly saslMechanism: string | null;
  readonly tls: string | null;
  /** What a Fetch, ShareFetch or ShareAcknowledge is to its session; null when the API has none. */
  readonly session?: SessionFacts | null;
  /** Versions of the API at hand that the broker offered on this connection; null when it was not seen to. */
  readonly offered?: { readonly min: number; readonly max: number } | null;
  readonly errors: readonly {
    readonly code: number;
    readonly name: string;
    readonly path: string;
    readonly message: string | null;
    readonly meaning: string;
  }[];
  readonly records: {
    readonly count: number;
    readonly batches: number;
    readonly bytes: number;
    readonly codecs: readonly string[];
  } | null;
  /** Partitions of a very large message whose records are not in `records`. */
  readonly partitionsOmitted: number;
  /** Whether the trees hold keys and values of records, as the request wished. */
  readonly recordContents: boolean;
  readonly request: MessageDetail | null;
  readonly response: MessageDetail | null;
}

/** The clock of a replay as the title shows it. Epoch µs of the capture; null before its first packet. */
export interface ReplayClockFace {
  readonly playing: boolean;
  /** `Infinity` while it is read as fast as it can be. */
  readonly speed: number;
  readonly fromUs: number | null;
  readonly atUs: number | null;
  /** Time of the last packet once the capture was read to its end. */
  readonly toUs: number | null;
}

export interface TitleSnapshot {
  readonly mode: 'proxy' | 'replay' | 'demo';
  /** `:19092 → broker:9092`, or the capture's name. */
  readonly source: string;
  readonly startedAtUs: number;
  readonly nowUs: number;
  /** Exchanges seen in this run, kept in history, and dropped from it by the memory limit. */
  readonly exchanges: number;
  readonly kept: number;
  readonly droppedExchanges: number;
  readonly historyBytes: number;
  readonly historyBytesMax: number;
  readonly requestsPerSecond: number;
  readonly p99Us: number | null;
  readonly errorShare: number | null;
  readonly connections: number;
  /** A sentence for the empty screen or a failure: listening where, upstream reachable or not, what to do. */
  readonly notice: string | null;
  /** Set while a capture is still being read. */
  readonly reading: { readonly readBytes: number; readonly totalBytes: number | null } | null;
  readonly finished: boolean;
  /** Share of frames that were looked at, 0 … 1; null or absent: unknown, or there is no data path. */
  readonly inspectedShare?: number | null;
  /** Ended connections whose bytes did not add up. */
  readonly unbalancedConnections?: number;
  /** The clock of a replay; null or absent live. */
  readonly replay?: ReplayClockFace | null;
  /** What the recording holds so far; absent where nothing is recorded. */
  readonly recording?: {
    readonly file: string;
    readonly bytes: number;
    readonly dropped: number;
    readonly stopped: string | null;
  };
  /** Distinct findings of errors and of warnings; absent where nobody diagnoses. */
  readonly findings?: { readonly errors: number; readonly warnings: number };
}

/** What was diagnosed so far. */
export interface FindingsSnapshot {
  readonly rows: readonly Finding[];
  /** Distinct findings that had no room. */
  readonly omitted: number;
}

export interface Snapshot {
  readonly title: TitleSnapshot;
  readonly list: ListSnapshot | null;
  readonly detail: DetailSnapshot | null;
  readonly overview: MetricsSnapshot | null;
  readonly path?: PathSnapshot | null;
  /** Errors first, then the newest; null or absent when not asked for. */
  readonly findings?: FindingsSnapshot | null;
}
