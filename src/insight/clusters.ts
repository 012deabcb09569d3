import { decodedBody } from '../exchange/bodies.ts';
import type { EngineEvent } from '../exchange/event.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { intField, structsField } from '../protocol/struct-fields.ts';

const metadataKey = 3;
const describeClusterKey = 60;

/** Clusters, and brokers of one, that are kept. */
export const clustersMax = 100;
export const clusterBrokersMax = 1_000;

/** Broker addresses whose last answer is remembered, so that the same answer is not decoded again. */
const seenMax = 4_096;

export interface ClusterFigures {
  /** null when the brokers are too old to say (Metadata before v2). */
  readonly clusterId: string | null;
  readonly controllerId: number | null;
  readonly brokers: readonly { readonly nodeId: number; readonly address: string; readonly rack: string | null }[];
  /** Answers that named the cluster. */
  readonly answers: number;
}

interface Cluster {
  readonly clusterId: string | null;
  controllerId: number | null;
  readonly brokers: Map<number, { nodeId: number; address: string; rack: string | null }>;
  answers: number;
}

/** Which clusters there are and what brokers they name, from Metadata and DescribeCluster. */
export class Clusters {
  readonly #clusters = new Map<string, Cluster>();
  /** Answers of clusters, and naming of brokers, that there was no room for. */
  omittedClusters = 0;
  omittedBrokers = 0;
  readonly #lastSize = new Map<string, number>();

  readonly take = (event: EngineEvent): void => {
    if (event.kind !== 'completed') return;
    const { exchange } = event;
    if (exchange.apiKey !== metadataKey && exchange.apiKey !== describeClusterKey) return;
    const sizeBytes = exchange.response?.sizeBytes ?? 0;
    if (sizeBytes === 0) return;
    // Metadata of a thousand topics comes every few minutes from every client; the same size says the same.
    const from = `${exchange.connection.broker} ${exchange.apiKey} ${exchange.apiVersion}`;
    if (this.#lastSize.get(from) === sizeBytes) return;
    if (this.#lastSize.size < seenMax) this.#lastSize.set(from, sizeBytes);
    this.#learn(exchange);
  };

  /** The cluster with most brokers first. */
  list(): readonly ClusterFigures[] {
    return [...this.#clusters.values()]
      .map((cluster) => ({
        ...cluster,
        brokers: [...cluster.brokers.values()].sort((a, b) => a.nodeId - b.nodeId),
      }))
      .sort((a, b) => b.brokers.length - a.brokers.length);
  }

  #learn(exchange: Exchange): void {
    const body = decodedBody(exchange, 'response');
    if (body === null) return;
    const clusterId = typeof body.clusterId === 'string' ? body.clusterId : null;
    const key = clusterId ?? '';
    let cluster = this.#clusters.get(key);
    if (cluster === undefined) {
      if (this.#clusters.size >= clustersMax) {
        this.omittedClusters += 1;
        return;
      }
      cluster = { clusterId, controllerId: null, brokers: new Map(), answers: 0 };
      this.#clusters.set(key, cluster);
    }
    cluster.answers += 1;
    const controllerId = intField(body, 'controllerId', -1);
    if (controllerId >= 0) cluster.controllerId = controllerId;
    for (const broker of structsField(body, 'brokers')) {
      const nodeId = intField(broker, exchange.apiKey === metadataKey ? 'nodeId' : 'brokerId', -1);
      if (cluster.brokers.size >= clusterBrokersMax && !cluster.brokers.has(nodeId)) {
        this.omittedBrokers += 1;
        continue;
      }
      const host = typeof broker.host === 'string' ? broker.host.slice(0, 255) : '?';
      const rack = typeof broker.rack === 'string' ? broker.rack.slice(0, 255) : null;
      const shown = host.includes(':') ? `[${host}]` : host;
      cluster.brokers.set(nodeId, { nodeId, address: `${shown}:${intField(broker, 'port', -1)}`, rack });
    }
  }
}
