import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/exchange/event.ts';
import { startRun } from '../../../src/runtime/start-run.ts';
import { packetsOf } from '../../support/recorded.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recording = () =>
  ({
    path: join(folder, 'r.pcapng'),
    fileBytesMax: null,
    fileDurationMs: null,
    filesMax: null,
    overwrite: false,
    payload: 'hide',
    application: 'test',
  }) as const;
const base = { historyBytesMax: 1_000_000, unsafeShowSecrets: false };
const capture = new URL('../../../fixtures/captures/java-admin-errors.pcap', import.meta.url).pathname;

it('records a run and has ended the file when the run has ended', async () => {
  const seen: EngineEvent[] = [];
  const source = { kind: 'capture', path: capture } as const;
  const run = await startRun({ ...base, source, recording: recording() }, { sinks: [(event) => seen.push(event)] });
  await run.ended;
  const requests = packetsOf(readFileSync(recording().path)).filter(({ ip }) => (ip[33] ?? 0) & 8);
  expect(requests.length).toBeGreaterThan(100);
  expect(run.recording?.()).toMatchObject({ files: 1, dropped: 0, stopped: null, file: recording().path });
  const first = seen.find((event) => event.kind === 'event' && event.event === 'recording-started');
  expect(first).toBeDefined();
  await run.close();
});

it('leaves no file behind when the source does not start', async () => {
  const source = {
    kind: 'demo',
    seed: 1,
    durationMs: null,
    listen: { host: 'no.such.host.invalid', port: 1 },
  } as const;
  await expect(startRun({ ...base, source, recording: recording() })).rejects.toThrow();
  expect(existsSync(recording().path)).toBe(false);
});
