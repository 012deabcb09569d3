import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startDemoCluster } from '../../../src/broker/cluster.ts';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { ProxyObserver } from '../../../src/proxy/connection-context.ts';
import type { ProxyOptions } from '../../../src/proxy/proxy-options.ts';
import type { TeamOptions } from '../../../src/runtime/data-plane/proxy-team.ts';
import { startWorkerThread, type ThreadHandle } from '../../../src/runtime/data-plane/team-member.ts';
import { TrafficSession } from '../../../src/runtime/traffic-session.ts';
import { startWorkload } from '../../../src/workload/workload.ts';
import {
  closeAll,
  closeLater,
  FakeBroker,
  freePort,
  startServer,
  TestClient,
  until,
  Watcher,
} from '../../proxy/harness.ts';
import { startTeam } from './harness.ts';

afterEach(closeAll);

/** An echo behind the proxy is enough where only connections count. */
async function startTeamBeforeEcho(watcher: Watcher, team: Partial<TeamOptions>, options: Partial<ProxyOptions> = {}) {
  const port = await startServer((socket) => socket.pipe(socket));
  return startTeam([port], watcher, team, options);
}

/** What a session saw of a workload of these clients. */
async function watchWorkload(workers: number) {
  const cluster = await startDemoCluster({ brokers: 3, seed: 11, host: '127.0.0.1' });
  closeLater(() => cluster.close());
  const exchanges: Exchange[] = [];
  const events: TrafficEvent[] = [];
  const session = new TrafficSession({
    historyBytesMax: null,
    unsafeShowSecrets: false,
    sinks: [
      (event) => {
        if (event.kind === 'completed') exchanges.push(event.exchange);
        else if (event.kind === 'event') events.push(event);
      },
    ],
  });
  const observer: ProxyObserver = {
    receive: (input) => session.receive(input),
    event: (event) => session.event(event),
    skipped: (row, atUs) => session.skipped(row, atUs),
  };
  const ports = cluster.bootstrap.map(({ port }) => port);
  const proxy = await startTeam(ports, observer, { workers });
  const workload = await startWorkload({ bootstrap: proxy.address, seed: 11 });
  await until(() => exchanges.length >= 600);
  await workload.stop();
  expect(workload.failures()).toEqual([]);
  await proxy.drain();
  return { exchanges, events, session, facts: proxy.facts() };
}

describe('a proxy of several threads', () => {
  it('shows all of a whole workload, decoded and paired', async () => {
    const { exchanges, events, session, facts } = await watchWorkload(2);
    expect(session.summary.opaque).toEqual({});
    expect(session.summary.gaps).toBe(0);
    expect(exchanges.filter(({ status }) => status === 'orphan')).toEqual([]);
    const named = (event: string) => events.filter((each) => each.event === event);
    expect(named('listener-opened')).toHaveLength(4);
    expect(named('inspection-lost')).toEqual([]);
    const opened = named('connection-opened').map(({ connection }) => connection);
    expect(new Set(opened).size).toBe(opened.length);
    expect(named('connection-closed')).toHaveLength(opened.length);
    expect(named('connection-audit').every(({ detail }) => detail.balanced !== false)).toBe(true);
    // Produce, Fetch, Metadata, group and transaction APIs: the workload's own breadth.
    expect(new Set(exchanges.map(({ apiKey }) => apiKey)).size).toBeGreaterThan(12);
    expect(facts).toMatchObject({ skippedFrames: 0, unbalanced: 0, draining: true, audited: opened.length });
    expect(facts.inspectedFrames).toBe(session.summary.requests + session.summary.responses);
    expect(facts.rewrites['addresses-rewritten']).toBeGreaterThan(0);
  });

  it('tells every thread of a broker that one of them learned of', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTeam([broker.port], watcher, { workers: 3 });
    await proxy.probed;
    const second = await FakeBroker.start();
    broker.brokers = [...broker.brokers, { id: 2, host: '127.0.0.1', port: second.port }];
    second.brokers = broker.brokers;
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1);
    await client.next();
    const port = proxy.brokers().find(({ nodeId }) => nodeId === 2)?.port ?? 0;
    // The kernel chooses the thread, so that many connections come to all three.
    const clients = await Promise.all(Array.from({ length: 24 }, () => TestClient.connect(port)));
    for (const each of clients) each.send(3, 9, 7);
    await Promise.all(clients.map((each) => each.next()));
    expect(second.connections).toBe(24);
    expect(proxy.connections()).toBe(25);
  });

  it('leads to a broker that moved from every thread when one hears of it', async () => {
    const [broker, moved] = [await FakeBroker.start(), await FakeBroker.start()];
    const watcher = new Watcher();
    const proxy = await startTeam([broker.port], watcher, { workers: 2 });
    await proxy.probed;
    const port = proxy.brokers()[0]?.port ?? 0;
    broker.brokers = [{ id: 1, host: '127.0.0.1', port: moved.port }];
    moved.brokers = broker.brokers;
    const teller = await TestClient.connect(proxy.address.port);
    teller.send(3, 9, 1);
    await teller.next();
    await until(() => watcher.named('listener-repointed').length === 1);
    const reachedBy = async (count: number) => {
      const before = moved.connections;
      const clients = await Promise.all(Array.from({ length: count }, () => TestClient.connect(port)));
      for (const client of clients) client.send(3, 9, 2);
      await Promise.all(clients.map((client) => client.next()));
      for (const { socket } of clients) socket.destroy();
      return moved.connections - before;
    };
    // The news may reach a thread a moment after the first of these connections.
    while ((await reachedBy(12)) < 12);
    expect(watcher.named('listener-repointed')).toHaveLength(1);
  });

  it('refuses what is beyond the connections of all threads together', async () => {
    const watcher = new Watcher();
    const proxy = await startTeamBeforeEcho(watcher, { workers: 2 }, { connectionsMax: 6 });
    const clients: TestClient[] = [];
    for (let count = 0; count < 6; count += 1) clients.push(await TestClient.connect(proxy.address.port));
    await until(() => watcher.inputs.filter(({ kind }) => kind === 'opened').length === 6);
    const seventh = await TestClient.attempt(proxy.address.port);
    await until(() => seventh.closed);
    expect(clients.every((client) => !client.closed)).toBe(true);
    await until(() => watcher.named('connection-refused').length === 1);
  });

  it('loses the connections of a thread that fails, says so and starts it again', async () => {
    const watcher = new Watcher();
    const handles: ThreadHandle[] = [];
    const proxy = await startTeamBeforeEcho(watcher, {
      workers: 1,
      startThread: (...how) => {
        const handle = startWorkerThread(...how);
        handles.push(handle);
        return handle;
      },
    });
    const client = await TestClient.connect(proxy.address.port);
    await until(() => watcher.inputs.some(({ kind }) => kind === 'opened'));
    await handles[0]?.stop();
    await until(() => client.ended || client.closed);
    await until(() => watcher.closedReasons().length === 1);
    expect(watcher.closedReasons()).toEqual(['worker-failed']);
    const [failed] = watcher.named('worker-failed');
    expect(failed?.detail).toMatchObject({ worker: 1, connections: 1 });
    expect(failed?.detail.message).toMatch(/its 1 connections are lost/);
    await until(() => handles.length === 2);
    const served = async () => {
      const next = await TestClient.attempt(proxy.address.port);
      return next.error === null;
    };
    while (!(await served()));
    await until(() => watcher.inputs.filter(({ kind }) => kind === 'opened').length >= 2);
    const ids = watcher.inputs.filter(({ kind }) => kind === 'opened').map(({ connection }) => connection);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lets due responses go out when it is drained, in every thread', async () => {
    const broker = await FakeBroker.start();
    const held: (() => void)[] = [];
    broker.answer = ({ apiKey, correlationId, socket }) => {
      if (apiKey !== 12) return undefined;
      // Size 6, correlation id, error code 0: a Heartbeat response of version 0.
      const response = Buffer.alloc(10);
      response.writeInt32BE(6, 0);
      response.writeInt32BE(correlationId, 4);
      held.push(() => socket.write(response));
      return null;
    };
    const watcher = new Watcher();
    const proxy = await startTeam([broker.port], watcher, { workers: 2 });
    await proxy.probed;
    const clients = await Promise.all(Array.from({ length: 8 }, () => TestClient.connect(proxy.address.port)));
    for (const client of clients) client.send(12, 0, 5, { groupId: 'g', generationId: 1, memberId: 'm' });
    await until(() => held.length === 8);
    const drained = proxy.drain();
    for (const answer of held) answer();
    for (const client of clients) expect((await client.next()).length).toBe(6);
    for (const client of clients) client.socket.end();
    await drained;
    expect(watcher.closedReasons()).toHaveLength(8);
    expect((await TestClient.attempt(proxy.address.port)).error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not share a port with another program, not even with one like itself', async () => {
    const port = await startServer((socket) => socket.pipe(socket));
    const first = await startTeam([port], new Watcher());
    const again = startTeam([port], new Watcher(), {}, { listen: first.address });
    await expect(again).rejects.toMatchObject({ code: 'port-in-use' });
    await TestClient.connect(first.address.port);
  });

  it('sees that its upstream leads back to itself', async () => {
    const watcher = new Watcher();
    const listen = await freePort();
    const port = await startServer((socket) => {
      const back = connect(listen, '127.0.0.1');
      for (const each of [socket, back]) each.on('error', () => undefined);
      socket.pipe(back).pipe(socket);
      back.on('close', () => socket.destroy());
    });
    const proxy = await startTeam([port], watcher, {}, { listen: { host: '127.0.0.1', port: listen } });
    expect(await proxy.probed).toMatchObject({ kind: 'loop' });
  });
});
