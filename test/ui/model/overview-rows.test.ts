import { describe, expect, it } from 'vitest';
import { overviewRows } from '../../../ui/model/overview-rows.ts';
import { fakeMetrics } from '../../support/fake-runtime.ts';

const metrics = fakeMetrics(1_000);

describe('rows of the Overview', () => {
  it('sum versions, name what has no name', () => {
    expect(overviewRows(metrics, 'api').map((row) => [row.name, row.filter, row.share])).toEqual([
      ['Produce', 'api == Produce', 0.52],
      ['Fetch', 'api == Fetch', 0.4],
      ['Metadata', 'api == Metadata', 0.04],
      ['Heartbeat', 'api == Heartbeat', 0.03],
      ['key 999', 'api == 999', 0.01],
    ]);
  });

  it('sum errors over APIs and clients, the most frequent first', () => {
    const more = { ...metrics.errors[1], count: 20, apiName: 'JoinGroup' } as (typeof metrics.errors)[number];
    expect(
      overviewRows({ ...metrics, errors: [...metrics.errors, more] }, 'errors').map((row) => [row.name, row.count]),
    ).toEqual([
      ['REBALANCE_IN_PROGRESS', 29],
      ['NOT_LEADER_OR_FOLLOWER', 14],
    ]);
  });

  it('filter brokers by node, or by address while the node is unknown', () => {
    const [first] = metrics.byBroker;
    if (first === undefined) throw new Error('no broker');
    const rows = overviewRows({ ...metrics, byBroker: [first, { ...first, broker: 'b:1', nodeId: null }] }, 'brokers');
    expect(rows.map((row) => row.filter)).toEqual(['broker == 1', 'broker.address == "b:1"']);
  });

  it('are none without figures', () => {
    expect(overviewRows(null, 'api')).toEqual([]);
  });
});
