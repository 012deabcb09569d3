import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFirstFile } from '../../../src/runtime/recording/recording-files.ts';
import { RecordingJob } from '../../../src/runtime/recording/recording-job.ts';
import type { RecordingConfig, RecordingReply } from '../../../src/runtime/recording/types.ts';
import { readBytes } from '../../capture/read-bytes.ts';
import { message, opening, packetsOf } from '../../support/recorded.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-job-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function jobOf(changes: Partial<RecordingConfig> = {}, descriptor?: number) {
  const recording: RecordingConfig = {
    path: join(folder, 'r.pcapng'),
    fileBytesMax: null,
    fileDurationMs: null,
    filesMax: null,
    overwrite: false,
    payload: 'show',
    application: 'test',
    ...changes,
  };
  const replies: RecordingReply[] = [];
  const job = new RecordingJob(
    { recording, unsafeShowSecrets: false, descriptor: descriptor ?? openFirstFile(recording), hardware: 'h', os: 'o' },
    (reply) => replies.push(reply),
  );
  const names = () => readdirSync(folder).sort();
  return { job, replies, names, read: (name: string) => readFileSync(join(folder, name)) };
}

it('has whole blocks on the disk after every batch, without being ended', async () => {
  const { job, replies, read } = jobOf();
  job.receive({
    kind: 'entries',
    entries: [opening(), message('client', 2_000_000, new Uint8Array(30))],
    buffers: [],
    costBytes: 42,
  });
  expect(packetsOf(read('r.pcapng'))).toHaveLength(4);
  expect(replies.at(-1)).toMatchObject({ kind: 'written', costBytes: 42, bytes: read('r.pcapng').length });
  expect((await readBytes(read('r.pcapng'))).stats.damage).toBeNull();
  job.receive({ kind: 'end', dropped: 0 });
  expect(replies.at(-1)).toEqual({ kind: 'ended' });
});

it('begins the next file before one grows too large, and each begins the connection again', () => {
  const { job, names, read } = jobOf({ fileBytesMax: 100_000 });
  const entries = Array.from({ length: 8 }, (_, index) => message('client', index, new Uint8Array(40_000)));
  job.receive({ kind: 'entries', entries: [opening(), ...entries], buffers: [], costBytes: 0 });
  job.receive({ kind: 'end', dropped: 0 });
  expect(names()).toEqual(['r-0001.pcapng', 'r-0002.pcapng', 'r-0003.pcapng', 'r-0004.pcapng']);
  for (const name of names()) {
    expect(read(name).length).toBeLessThanOrEqual(100_000);
    expect(packetsOf(read(name)).map(({ ip }) => ip[33])).toEqual([0x02, 0x12, 0x10, 0x18, 0x18]);
  }
});

it('begins the next file when one covers its time', () => {
  const { job, names, read } = jobOf({ fileDurationMs: 1_000 });
  const at = [0, 999_999, 1_000_000, 1_500_000, 5_000_000];
  const entries = [opening(1, { atUs: 0 }), ...at.map((atUs) => message('client', atUs, new Uint8Array(8)))];
  job.receive({ kind: 'entries', entries, buffers: [], costBytes: 0 });
  expect(names().map((name) => packetsOf(read(name)).length - 3)).toEqual([2, 2, 1]);
});

it('ends with one sentence when the disk is full, and says nothing more', () => {
  const { job, replies } = jobOf({}, openSync('/dev/full', 'w'));
  job.receive({ kind: 'entries', entries: [opening()], buffers: [], costBytes: 9 });
  job.receive({ kind: 'end', dropped: 0 });
  const stops = replies.filter(({ kind }) => kind === 'stopped');
  expect(stops).toHaveLength(1);
  expect(stops[0]).toMatchObject({ sentence: expect.stringMatching(/the disk is full.*traffic goes on/) });
  // What was on its way is answered for all the same, or the queue would fill up.
  expect(replies).toContainEqual(expect.objectContaining({ kind: 'written', costBytes: 9, bytes: 0 }));
  expect(replies.at(-1)).toEqual({ kind: 'ended' });
});
