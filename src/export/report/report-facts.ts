import type { ClusterFigures } from '../../insight/clusters.ts';
import type { ConnectionFigures } from '../../insight/connections.ts';
import type { Finding } from '../../insight/finding.ts';
import type { GroupFigures } from '../../insight/groups.ts';
import type { SlowExchange } from '../../insight/slowest.ts';
import type { ThrottleFigures } from '../../insight/throttling.ts';
import type { TopicFigures } from '../../insight/topics.ts';
import type { MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import type { RunSummary } from '../run-summary.ts';

/** What the capture's reader knows beside the traffic; a part of the capture room's statistics. */
export interface CaptureFacts {
  /** The file is cut or damaged; `damage` says where and what became of the rest. */
  readonly truncated: boolean;
  readonly damage?: { readonly message: string } | null;
  readonly tcpConnections: number;
  readonly firstPacketUs: number | null;
  readonly lastPacketUs: number | null;
  readonly skippedPackets: Readonly<Record<string, number>>;
  /** Server endpoints whose traffic is not Kafka, largest first. */
  readonly notKafka: readonly {
    readonly endpoint: string;
    readonly connections: number;
    readonly bytes: number;
    readonly looksLike: string;
  }[];
  /** What the capture itself calls hosts, by address without port. */
  readonly hostNames?: Readonly<Record<string, string>>;
  /** What became of TLS connections; `message` says what the last unread one lacked. */
  readonly tls?: { readonly decrypted: number; readonly unread: number; readonly message: string | null };
}

/** Everything the report for people is made from. */
export interface ReportFacts {
  readonly path: string;
  readonly packets: number;
  readonly bytes: number;
  readonly capture: CaptureFacts | null;
  readonly summary: RunSummary;
  readonly metrics: MetricsSnapshot;
  readonly slowest: readonly SlowExchange[];
  readonly topics: readonly TopicFigures[];
  readonly groups: readonly GroupFigures[];
  readonly throttling: readonly ThrottleFigures[];
  readonly connections: readonly ConnectionFigures[];
  readonly clusters: readonly ClusterFigures[];
  readonly findings: readonly Finding[];
  /** What a part's table leaves out for want of room, as a sentence by the part's name. */
  readonly notes?: Readonly<Record<string, string>>;
  /** The filter that the tables were made with; the head always counts the whole capture. */
  readonly filter: string | null;
}
