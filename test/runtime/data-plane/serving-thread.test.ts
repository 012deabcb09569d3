import { afterEach, describe, expect, it } from 'vitest';
import { newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';
import { ObservationReader } from '../../../src/runtime/data-plane/observation-reader.ts';
import { ServingThread } from '../../../src/runtime/data-plane/serving-thread.ts';
import { newStateMemory, SharedState } from '../../../src/runtime/data-plane/shared-state.ts';
import type { ThreadReport } from '../../../src/runtime/data-plane/types.ts';
import {
  closeAll,
  closeLater,
  FakeBroker,
  freePort,
  TestClient,
  testProxyOptions,
  until,
  Watcher,
} from '../../proxy/harness.ts';

afterEach(closeAll);

/** The thread's insides on this thread, between a ring and a list of reports. */
async function startThread() {
  const broker = await FakeBroker.start();
  const port = await freePort();
  const ring = newRingMemory(65_536);
  const state = newStateMemory(1);
  const reports: ThreadReport[] = [];
  const watcher = new Watcher();
  const reader = new ObservationReader(ring, watcher);
  const thread = new ServingThread(
    {
      options: testProxyOptions([broker.port], { listen: { host: '127.0.0.1', port } }),
      index: 0,
      ring,
      state,
      probeClientId: 'kafka-scope-probe-test',
      bindings: [],
      ports: [],
      ownAddresses: [],
    },
    (report) => reports.push(report),
  );
  await thread.start();
  const end = async () => {
    thread.receive({ kind: 'close' });
    await until(() => reports.some(({ kind }) => kind === 'over'));
  };
  closeLater(end);
  return { broker, port, thread, reports, reader, watcher, state: new SharedState(state), end };
}

describe('a thread that serves clients', () => {
  it('asks its leader for brokers it lacks before it lets a response go on', async () => {
    const { broker, port, thread, reports, reader, watcher } = await startThread();
    expect(reports[0]).toEqual({ kind: 'ready' });
    const client = await TestClient.connect(port);
    client.send(3, 9, 1);
    await until(() => reports.some(({ kind }) => kind === 'open'));
    const upstream = { host: '127.0.0.1', port: broker.port };
    const brokerPort = await freePort();
    const binding = {
      endpointType: 1,
      nodeId: 1,
      host: '127.0.0.1',
      port: brokerPort,
      advertisedHost: null,
      upstream,
    };
    thread.receive({ kind: 'listen', id: 7, binding });
    await until(() => reports.some(({ kind }) => kind === 'listening'));
    expect(reports.find(({ kind }) => kind === 'listening')).toEqual({ kind: 'listening', id: 7, error: null });
    thread.receive({ kind: 'binding', binding });
    expect(client.received).toEqual([]);
    thread.receive({ kind: 'answer', id: 1, result: null });
    await client.next();
    await until(() => {
      while (reader.read(1_000_000));
      return watcher.named('addresses-rewritten').length === 1;
    });
    expect(watcher.named('listener-opened')).toEqual([]);
    const direct = await TestClient.connect(brokerPort);
    direct.send(18, 0, 1);
    await direct.next();
  });

  it('says over when all it observed is in the ring', async () => {
    const { port, reports, reader, watcher, state, end } = await startThread();
    await TestClient.connect(port);
    await until(() => state.open() === 1);
    await end();
    while (reader.read(1_000_000));
    expect(watcher.closedReasons().length).toBe(watcher.inputs.filter(({ kind }) => kind === 'opened').length);
    const last = reports.slice(-2).map(({ kind }) => kind);
    expect(last).toEqual(['facts', 'over']);
  });

  it('reports a port it cannot have', async () => {
    const { thread, reports } = await startThread();
    const taken = await FakeBroker.start();
    const binding = {
      endpointType: 1,
      nodeId: 2,
      host: '127.0.0.1',
      port: taken.port,
      advertisedHost: null,
      upstream: null,
    };
    thread.receive({ kind: 'listen', id: 1, binding });
    await until(() => reports.some(({ kind }) => kind === 'listening'));
    const answer = reports.find((report) => report.kind === 'listening');
    expect(answer).toMatchObject({ id: 1, error: { code: 'port-in-use' } });
  });
});
