import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type DemoCluster, startDemoCluster } from '../../src/broker/cluster.ts';
import { ClientConnection } from '../../src/workload/client-connection.ts';
import { ApiKey, javaClient39, javaClient43, legacyClient } from '../../src/workload/client-profile.ts';
import { ConnectionLost, Unplanned } from '../../src/workload/workload-error.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function start(): Promise<{ cluster: DemoCluster; address: { host: string; port: number } }> {
  const cluster = await startDemoCluster({ brokers: 1, seed: 1, host: '127.0.0.1', incidents: false });
  open.push(cluster);
  const [address] = cluster.bootstrap;
  if (address === undefined) throw new Error('no broker');
  return { cluster, address };
}

/** A peer that answers every connection with the given bytes. */
function peer(bytes: Buffer): Promise<{ host: string; port: number }> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(bytes));
    });
    open.push(server);
    server.listen(0, '127.0.0.1', () => resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }));
  });
}

describe('a client connection', () => {
  it('speaks the newest version both sides know; an old client does not negotiate', async () => {
    const { cluster, address } = await start();
    for (const [profile, produce, fetch] of [
      [javaClient39('a'), 11, 17],
      [javaClient43('b'), 13, 18],
      [legacyClient('c'), 2, 3],
    ] as const) {
      const connection = await ClientConnection.open(address, profile);
      open.push(connection);
      expect(connection.version(ApiKey.produce)).toBe(produce);
      expect(connection.version(ApiKey.fetch)).toBe(fetch);
      expect((await connection.request(ApiKey.metadata, { topics: null })).brokers).toHaveLength(1);
    }
    expect([...cluster.counters.softwareSeen]).toEqual(['apache-kafka-java']);
    expect([...cluster.counters.requestsByClient.keys()].sort()).toEqual(['a', 'b', 'c']);
  });

  it('gets each pipelined answer to its question', async () => {
    const { address } = await start();
    const connection = await ClientConnection.open(address, javaClient39('a'));
    open.push(connection);
    const [metadata, cluster] = await Promise.all([
      connection.request(ApiKey.metadata, { topics: [] }),
      connection.request(ApiKey.describeCluster, { endpointType: 1 }),
    ]);
    expect(metadata.clusterId).toBe(cluster.clusterId);
  });

  it('tells a lost connection from an answer nobody planned', async () => {
    const { cluster, address } = await start();
    const connection = await ClientConnection.open(address, javaClient39('a'));
    cluster.dropConnections();
    await expect(connection.request(ApiKey.metadata, { topics: [] })).rejects.toBeInstanceOf(ConnectionLost);
    expect(connection.lost).toBe(true);
    // size 10, another correlation id, error 0, no keys
    const confused = await peer(Buffer.from('0000000a' + '00000063' + '0000' + '00000000', 'hex'));
    await expect(ClientConnection.open(confused, javaClient39('a'))).rejects.toBeInstanceOf(Unplanned);
    const foreign = await peer(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(ClientConnection.open(foreign, javaClient39('a'))).rejects.toBeInstanceOf(Unplanned);
  });
});
