import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import { startCaptureRun } from '../../src/runtime/capture-run.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';

const path = new URL('../../fixtures/captures/sasl-mixed.pcap', import.meta.url).pathname;
const newSession = () => new TrafficSession({ historyBytesMax: 1 << 24, unsafeShowSecrets: false });

/** Waits for something that another turn of the event loop brings. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('startCaptureRun', () => {
  it('reads a capture at once and tells where it ends', async () => {
    const run = startCaptureRun({ kind: 'capture', path, speed: Number.POSITIVE_INFINITY }, newSession);
    await run.ended;
    const { replay, finished } = run.face();
    expect(finished).toBe(true);
    expect(replay?.toUs).toBeGreaterThan(replay?.fromUs ?? Number.POSITIVE_INFINITY);
    expect(run.session.summary.requests).toBe(110);
  });

  it('goes back by reading anew, keeps the marks, and finds the same exchanges', async () => {
    const run = startCaptureRun({ kind: 'capture', path, speed: Number.POSITIVE_INFINITY }, newSession);
    await run.ended;
    const whole = run.session;
    whole.store?.mark(3, true);
    const { fromUs, toUs } = run.face().replay ?? { fromUs: null, toUs: null };
    await run.replay?.({ kind: 'pause' });
    await run.replay?.({ kind: 'seek', toUs: ((fromUs ?? 0) + (toUs ?? 0)) / 2 });
    await until(
      () => run.session.summary.requests > 0 && run.session.summary.requests === run.session.summary.responses,
    );
    expect(run.session).not.toBe(whole);
    expect(run.session.summary.requests).toBeLessThan(110);
    expect(run.session.store?.isMarked(3)).toBe(true);
    await run.replay?.({ kind: 'play' });
    await until(() => run.face().finished);
    expect(run.session.summary.requests).toBe(110);
  });

  it('has no clock unless it is asked for one', async () => {
    const run = startCaptureRun({ kind: 'capture', path }, newSession);
    await run.ended;
    expect(run.face().replay).toBeNull();
    await expect(run.replay?.({ kind: 'play' })).rejects.toThrow(/has no clock/);
  });

  it('fails with the sentence of the reader', async () => {
    const run = startCaptureRun({ kind: 'capture', path: '/nowhere/x.pcap' }, newSession);
    await expect(run.ended).rejects.toThrow(/does not exist/);
  });

  it('tells a limit of the reader as an event, in the summary and in the title', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-limits-'));
    try {
      const damaged = join(folder, 'damaged.pcap');
      const record = Buffer.alloc(16, 0xff); // a packet that claims 4 GiB, behind all others
      writeFileSync(damaged, Buffer.concat([readFileSync(path), record, Buffer.alloc(100)]));
      const told: TrafficEvent[] = [];
      const session = new TrafficSession({
        historyBytesMax: null,
        unsafeShowSecrets: false,
        sinks: [(event) => void (event.kind === 'event' && event.event === 'capture-limit' && told.push(event))],
      });
      const run = startCaptureRun({ kind: 'capture', path: damaged }, () => session);
      await run.ended;
      expect(told.map(({ detail }) => detail)).toEqual([{ limit: 'packetBytesMax', count: 1, max: 16_777_216 }]);
      expect(session.summary.limitsReached).toEqual({ packetBytesMax: 1 });
      expect(run.face().notice).toMatch(/Read as far as possible/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
