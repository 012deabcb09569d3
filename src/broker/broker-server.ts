import { type AddressInfo, createServer, type Server } from 'node:net';
import { BrokerConnection } from './broker-connection.ts';
import type { ClusterState } from './cluster-state.ts';
import { connectionsPerBrokerMax } from './limits.ts';

/** One broker's listener; many of them share a cluster's state. */
export class BrokerServer {
  readonly nodeId: number;
  readonly #cluster: ClusterState;
  readonly #server: Server;
  readonly #connections = new Set<BrokerConnection>();

  constructor(cluster: ClusterState, nodeId: number) {
    this.nodeId = nodeId;
    this.#cluster = cluster;
    this.#server = createServer((socket) => {
      if (this.#connections.size >= connectionsPerBrokerMax) {
        cluster.counters.limit('connectionsPerBrokerMax');
        socket.destroy();
        return;
      }
      cluster.counters.connectionsOpened += 1;
      const connection = new BrokerConnection(cluster, nodeId, socket);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
  }

  /** Opens the listener (port 0: a free one) and announces its address to the cluster. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address = this.#server.address() as AddressInfo;
        this.#cluster.announce({ nodeId: this.nodeId, host, port: address.port, rack: `rack-${this.nodeId}` });
        resolve();
      });
    });
  }

  /** Ends every connection. */
  dropConnections(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Ends every connection and the listener. */
  close(): Promise<void> {
    this.dropConnections();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
