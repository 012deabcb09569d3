import { describe, expect, it } from 'vitest';
import { newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';
import { newStateMemory } from '../../../src/runtime/data-plane/shared-state.ts';
import { TeamMember } from '../../../src/runtime/data-plane/team-member.ts';
import type { ThreadData, ThreadOrder, ThreadReport } from '../../../src/runtime/data-plane/types.ts';
import { testProxyOptions, Watcher } from '../../proxy/harness.ts';

const data: ThreadData = {
  options: testProxyOptions([]),
  index: 0,
  ring: newRingMemory(64),
  state: newStateMemory(1),
  probeClientId: 'probe',
  bindings: [],
  ports: [],
  ownAddresses: [],
};

/** A member whose thread is played by the test. */
function played() {
  const orders: ThreadOrder[] = [];
  const lost: string[] = [];
  const asked: ThreadReport[] = [];
  const watcher = new Watcher();
  let report: (report: ThreadReport) => void = () => undefined;
  let gone: (cause: string) => void = () => undefined;
  const host = {
    wake: () => undefined,
    asked: (_: TeamMember, question: ThreadReport) => void asked.push(question),
    lost: (_: TeamMember, cause: string) => void lost.push(cause),
  };
  const member = new TeamMember(data, host, watcher, (_, told, ended) => {
    report = told;
    gone = ended;
    return { post: (order) => void orders.push(order), stop: async () => gone('stopped') };
  });
  return {
    member,
    orders,
    lost,
    asked,
    report: (each: ThreadReport) => report(each),
    gone: (why: string) => gone(why),
  };
}

const binding = { endpointType: 1, nodeId: 1, host: 'h', port: 5, advertisedHost: null, upstream: null };

describe('a thread as its leader holds it', () => {
  it('is ready when it says so', async () => {
    const { member, report } = played();
    report({ kind: 'ready' });
    await member.ready;
    expect(member.isReady).toBe(true);
  });

  it('fails with the sentence of its thread, which is the cause told then', async () => {
    const { member, report, lost } = played();
    report({ kind: 'failed', code: 'port-in-use', message: 'in use' });
    await expect(member.ready).rejects.toMatchObject({ code: 'port-in-use', message: 'in use' });
    expect(lost).toEqual(['in use']);
  });

  it('answers a wish to listen when the thread does, or when there is no thread any more', async () => {
    const { member, report, orders, gone } = played();
    const [first, second] = [member.listen(binding), member.listen(binding)];
    expect(orders.map(({ kind }) => kind)).toEqual(['listen', 'listen']);
    report({ kind: 'listening', id: 1, error: { code: 'permission', message: 'no' } });
    expect(await first).toEqual({ code: 'permission', message: 'no' });
    gone('crashed');
    expect(await second).toBeNull();
    expect(await member.listen(binding)).toBeNull();
  });

  it('is lost when it ends untold, and not when it was told to', async () => {
    const crashed = played();
    crashed.gone('out of memory');
    expect(crashed.lost).toEqual(['out of memory']);
    const told = played();
    const ended = told.member.end('drain', 60_000);
    expect(told.orders).toEqual([{ kind: 'drain' }]);
    told.report({ kind: 'over' });
    await ended;
    expect(told.lost).toEqual([]);
  });

  it('hands questions to its leader', () => {
    const { report, asked } = played();
    report({ kind: 'refresh', id: 3 });
    expect(asked).toEqual([{ kind: 'refresh', id: 3 }]);
  });
});
