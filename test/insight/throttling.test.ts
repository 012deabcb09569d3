import { describe, expect, it } from 'vitest';
import { Throttling } from '../../src/insight/throttling.ts';
import { exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

describe('Throttling', () => {
  it('sums by client and API, worst first, and leaves the unthrottled out', () => {
    const throttling = new Throttling();
    const add = (clientId: string, apiKey: number, throttleTimeMs: number | null, atUs: number) =>
      throttling.take({
        kind: 'completed',
        exchange: exchangeFixture(1, { clientId, apiKey, throttleTimeMs, response: messageFixture(atUs, 8) }),
      });
    add('a', 0, 10, 1);
    add('a', 0, 30, 2);
    add('b', 1, 100, 3);
    add('c', 1, 0, 4);
    add('d', 1, null, 5);
    expect(throttling.list()).toEqual([
      { clientId: 'b', api: 'Fetch', responses: 1, totalMs: 100, maxMs: 100, firstUs: 3, lastUs: 3 },
      { clientId: 'a', api: 'Produce', responses: 2, totalMs: 40, maxMs: 30, firstUs: 1, lastUs: 2 },
    ]);
  });
});
