import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/metrics/histogram.ts';
import { ConnectionAudit } from '../../src/proxy/connection-audit.ts';
import { LookBudget } from '../../src/proxy/look-budget.ts';
import { type AuditedConnection, PathLedger } from '../../src/proxy/path-ledger.ts';
import { RewriteTally } from '../../src/proxy/rewrite-tally.ts';

const state = { refused: { 'max-connections': 2 }, handshakes: 1, draining: false, upstreamReached: true };

function connection(sent: number, passed: number): AuditedConnection {
  const audit = new ConnectionAudit(false);
  audit.count('fromClient', new Uint8Array(sent));
  audit.count('toBroker', new Uint8Array(passed));
  const rewrites = new RewriteTally();
  rewrites.note({ kind: 'capped', frame: new Uint8Array(9), caps: [{ apiKey: 1, offeredMax: 40, cappedMax: 18 }] }, 9);
  return { audit, rewrites, state: 'open' };
}

describe('PathLedger', () => {
  test('sums open and closed connections', () => {
    const ledger = new PathLedger(
      new LookBudget(
        () => 0,
        () => 0,
      ),
    );
    ledger.closed(connection(10, 10), false);
    const facts = ledger.facts([connection(5, 5)], state);
    expect(facts.bytes).toEqual({ fromClient: 15, toBroker: 15, fromBroker: 0, toClient: 0 });
    expect(facts.rewrites).toEqual({ 'versions-capped': 2 });
    expect(facts.versionCaps).toEqual([{ apiKey: 1, offeredMax: 40, cappedMax: 18, count: 2 }]);
    expect([facts.audited, facts.unbalanced]).toEqual([1, 0]);
    expect(facts.connections).toEqual({ handshake: 1, connecting: 0, open: 1, draining: 0 });
    expect(facts).toMatchObject({ refused: { 'max-connections': 2 }, draining: false, upstreamReached: true });
  });

  test('counts connections that do not add up, but none that was cut', () => {
    const ledger = new PathLedger(
      new LookBudget(
        () => 0,
        () => 0,
      ),
    );
    ledger.closed(connection(10, 9), false);
    ledger.closed(connection(10, 9), true);
    const facts = ledger.facts([], state);
    expect([facts.audited, facts.unbalanced]).toEqual([2, 1]);
  });

  test('knows the time added and what was skipped', () => {
    const ledger = new PathLedger(
      new LookBudget(
        () => 0,
        () => 0,
      ),
    );
    ledger.added(30, 4);
    ledger.added(90, 0);
    ledger.skipped.request(0, 9, 100);
    const facts = ledger.facts([], state);
    expect(Histogram.load(facts.addedUs)?.count).toBe(4);
    expect(facts.addedUs.max).toBe(30);
    expect([facts.skippedFrames, facts.skippedBytes, facts.inspectedFrames]).toEqual([1, 100, 3]);
  });
});
