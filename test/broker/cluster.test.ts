import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type DemoCluster, demoTopics, startDemoCluster } from '../../src/broker/cluster.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { eventually } from './clients/eventually.ts';
import { batchOf, toBody } from './dialogue.ts';

const open: { close(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function start(): Promise<DemoCluster> {
  const cluster = await startDemoCluster({ brokers: 2, seed: 1, host: '127.0.0.1', incidents: false });
  open.push(cluster);
  return cluster;
}

/** A raw connection to broker 1 that keeps the frames it gets. */
function dial(cluster: DemoCluster): { socket: Socket; frames: Buffer[]; closed: () => boolean } {
  const [address] = cluster.bootstrap;
  if (address === undefined) throw new Error('no broker');
  const socket = connect(address.port, address.host);
  const frames: Buffer[] = [];
  const splitter = new FrameSplitter('broker');
  let closed = false;
  socket.on('data', (bytes) => {
    splitter.receive(bytes, 0);
    for (let event = splitter.next(); event !== undefined; event = splitter.next()) {
      if (event.kind === 'frame') frames.push(Buffer.from(event.frame.bytes));
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  open.push({
    close: () => {
      socket.destroy();
    },
  });
  return { socket, frames, closed: () => closed };
}

function frame(apiKey: number, apiVersion: number, correlationId: number, body: Struct): Buffer {
  const payload = encodeRequest({ apiKey, apiVersion, correlationId, clientId: 'raw', body });
  const size = Buffer.alloc(4);
  size.writeInt32BE(payload.length);
  return Buffer.concat([size, payload]);
}

const correlationIds = (frames: readonly Buffer[]) => frames.map((bytes) => bytes.readInt32BE(0));
const produceTo = (topic: string, acks: number): Struct => ({
  acks,
  timeoutMs: 1_000,
  topicData: [{ name: topic, partitionData: [{ index: 0, records: batchOf(['x'.repeat(200)]) }] }],
});

describe('the embedded cluster on its ports', () => {
  it('advertises every broker and the demo topics', async () => {
    const cluster = await start();
    const { socket, frames } = dial(cluster);
    socket.write(frame(3, 9, 1, { topics: null }));
    await eventually(() => frames.length === 1);
    const body = toBody(frames[0] ?? Buffer.alloc(0), 3, 9);
    expect(body.brokers).toMatchObject(
      cluster.bootstrap.map(({ host, port }, index) => ({ nodeId: index + 1, host, port })),
    );
    expect(body.topics).toMatchObject(demoTopics.map(({ name }) => ({ name })));
  });

  it('answers pipelined requests in order, also behind a Fetch that waits', async () => {
    const { socket, frames } = dial(await start());
    const waiting = { maxWaitMs: 150, minBytes: 1, maxBytes: 9, topics: [] };
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 9 }];
    socket.write(
      Buffer.concat([
        frame(1, 4, 1, { ...waiting, topics: [{ topic: 'audit-log', partitions }] }),
        frame(18, 0, 2, {}),
        frame(0, 3, 3, produceTo('audit-log', 0)),
        frame(18, 0, 4, {}),
      ]),
    );
    await eventually(() => frames.length === 3);
    expect(correlationIds(frames)).toEqual([1, 2, 4]);
  });

  it('answers a throttled client at once and is deaf to it afterwards (KIP-219)', async () => {
    const cluster = await start();
    cluster.throttle('raw', 500);
    const { socket, frames } = dial(cluster);
    socket.write(Buffer.concat([1, 2, 3].map((id) => frame(0, 3, id, produceTo('audit-log', 1)))));
    await eventually(() => frames.length === 3);
    expect(toBody(frames[2] ?? Buffer.alloc(0), 0, 3).throttleTimeMs).toBeGreaterThan(0);
    expect(cluster.counters.throttledResponses).toBeGreaterThan(0);
  });

  it('closes on a size no request has, on an unknown key and on a failed acks=0', async () => {
    const cluster = await start();
    const hostile = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('0000000a03e700000000000100' + '00', 'hex'),
      frame(0, 3, 1, produceTo('nowhere', 0)),
    ];
    for (const bytes of hostile) {
      const { socket, frames, closed } = dial(cluster);
      socket.write(bytes);
      await eventually(closed);
      expect(frames).toEqual([]);
    }
    expect(cluster.counters.connectionsClosedByUs).toBe(hostile.length);
    expect(cluster.failures()).toEqual([]);
  });

  it('says which knobs do not exist', async () => {
    const cluster = await start();
    expect(cluster.moveLeader('audit-log', 0, 2)).toBe(true);
    expect(cluster.moveLeader('audit-log', 9, 2)).toBe(false);
    expect(cluster.moveLeader('audit-log', 0, 7)).toBe(false);
  });

  it('fails to start where a port is taken', async () => {
    const cluster = await start();
    const firstPort = cluster.bootstrap[0]?.port ?? 0;
    await expect(startDemoCluster({ brokers: 1, seed: 1, host: '127.0.0.1', firstPort })).rejects.toThrow('EADDRINUSE');
  });
});
