import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { openFirstFile } from '../../../src/runtime/recording/recording-files.ts';
import type { RecordingJobConfig, RecordingReply } from '../../../src/runtime/recording/types.ts';
import { message, opening, packetsOf } from '../../support/recorded.ts';

it('writes what it is sent and ends by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-thread-'));
  const recording = {
    path: join(folder, 'r.pcapng'),
    fileBytesMax: null,
    fileDurationMs: null,
    filesMax: null,
    overwrite: false,
    payload: 'show',
    application: 'test',
  } as const;
  const descriptor = openFirstFile(recording);
  const config: RecordingJobConfig = { recording, unsafeShowSecrets: false, descriptor, hardware: 'h', os: 'o' };
  const thread = new URL('../../../src/runtime/recording/recording-thread.ts', import.meta.url);
  const worker = new Worker(thread, { workerData: config, trackUnmanagedFds: false });
  const kinds: string[] = [];
  worker.on('message', (reply: RecordingReply) => kinds.push(reply.kind));
  const ended = new Promise<number>((resolve) => worker.on('exit', resolve));
  const frame = message('client', 5, new Uint8Array(10).fill(1));
  worker.postMessage({ kind: 'entries', entries: [opening(), frame], buffers: [frame.bytes.buffer], costBytes: 1 }, [
    frame.bytes.buffer as ArrayBuffer,
  ]);
  worker.postMessage({ kind: 'end', dropped: 0 });
  expect(await ended).toBe(0);
  expect(kinds).toEqual(['written', 'written', 'written', 'ended']);
  expect(packetsOf(readFileSync(recording.path))[3]?.ip.subarray(44).toString('hex')).toBe('01'.repeat(10));
  rmSync(folder, { recursive: true, force: true });
});
