import { expect, it } from 'vitest';
import { Incidents } from '../../src/broker/incidents.ts';
import { Dialogue } from './dialogue.ts';

it('leaders move, coordinators load and the last broker is slow, until told to stop', async () => {
  const dialogue = new Dialogue();
  const { cluster, clock } = dialogue;
  cluster.topics.create('orders', 6, 3);
  const incidents = new Incidents(cluster);
  incidents.start();
  expect(cluster.faults.delayMs(3)).toBeGreaterThan(0);
  expect(cluster.faults.delayMs(1)).toBe(0);
  let loading = 0;
  for (let second = 0; second < 600; second += 1) {
    await clock.advance(100);
    if (cluster.faults.coordinatorLoading(clock.nowMs())) loading += 1;
  }
  expect(loading).toBeGreaterThan(0);
  expect(cluster.counters.leaderMoves).toBeGreaterThan(10);
  incidents.stop();
  const moves = cluster.counters.leaderMoves;
  await clock.advance(60_000);
  expect(cluster.counters.leaderMoves).toBe(moves);
});
