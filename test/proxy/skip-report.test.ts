import { expect, test } from 'vitest';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import { LookBudget } from '../../src/proxy/look-budget.ts';
import { PathLedger } from '../../src/proxy/path-ledger.ts';
import { SkipReport } from '../../src/proxy/skip-report.ts';
import { until } from './harness.ts';

test('counts by API go out at once, the event tells each skipped exchange once', async () => {
  const ledger = new PathLedger(
    new LookBudget(
      () => 0,
      () => 0,
    ),
  );
  const events: TrafficEvent[] = [];
  let requests = 0;
  const report = new SkipReport(ledger, {
    receive: () => undefined,
    event: (event) => events.push(event),
    skipped: (row) => {
      requests += row.requests;
    },
  });
  report.start();
  ledger.skipped.request(0, 9, 100);
  ledger.skipped.response(0, 9, 20, 300);
  await until(() => events.length > 0);
  expect(requests).toBe(1);
  expect(events[0]).toMatchObject({
    event: 'inspection-skipped',
    connection: null,
    detail: { requests: 1, responses: 1, bytes: 120, share: 1 },
  });
  ledger.skipped.request(0, 9, 100);
  report.stop();
  expect(requests).toBe(2);
  expect(events[1]?.detail).toMatchObject({ requests: 1, responses: 0, bytes: 100 });
  report.stop();
  expect(events).toHaveLength(2);
});
