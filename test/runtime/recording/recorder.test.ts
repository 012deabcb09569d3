import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import { Recorder, type StartRecordingJob } from '../../../src/runtime/recording/recorder.ts';
import { RecordingJob } from '../../../src/runtime/recording/recording-job.ts';
import type { RecordingConfig } from '../../../src/runtime/recording/types.ts';
import { exchangeFixture, messageFixture } from '../../support/exchange-fixture.ts';
import { packetsOf } from '../../support/recorded.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-recorder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (path = join(folder, 'r.pcapng')): RecordingConfig => ({
  path,
  fileBytesMax: null,
  fileDurationMs: null,
  filesMax: null,
  overwrite: false,
  payload: 'hide',
  application: 'test',
});

/** A job in this thread; replies come later, as from another one. */
const inThread: StartRecordingJob = (jobConfig, onReply) => {
  const job = new RecordingJob(jobConfig, (reply) => setImmediate(() => onReply(reply)));
  return { post: (order) => job.receive(order), stop: async () => undefined };
};

const started = (seq: number) => ({ kind: 'started', exchange: exchangeFixture(seq) }) as const;

it('records through its thread and ends the file', async () => {
  const events: TrafficEvent[] = [];
  const recorder = new Recorder(config(), false, (event) => events.push(event));
  recorder.announce();
  for (let seq = 1; seq <= 10; seq += 1) recorder.sink(started(seq));
  await recorder.close();
  await recorder.close();
  expect(packetsOf(readFileSync(config().path))).toHaveLength(3 + 10);
  const bytes = readFileSync(config().path).length;
  expect(recorder.state()).toEqual({ file: config().path, bytes, files: 1, dropped: 0, stopped: null });
  expect(events.map(({ event }) => event)).toEqual(['recording-started']);
  // Whatever comes afterwards has no file to go to.
  recorder.sink(started(11));
});

it('ends with an event when the disk is full; the run goes on', async () => {
  const events: TrafficEvent[] = [];
  const recorder = new Recorder(config('/dev/full'), false, (event) => events.push(event), inThread);
  recorder.sink(started(1));
  await recorder.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(events.map(({ event }) => event)).toEqual(['recording-stopped']);
  expect(events[0]?.detail.message).toMatch(/disk is full/);
  expect(recorder.state()).toMatchObject({ bytes: 0, stopped: events[0]?.detail.message });
});

it('goes on without its thread when that fails', async () => {
  const events: TrafficEvent[] = [];
  const failing: StartRecordingJob = (_config, _onReply, onFailed) => {
    setImmediate(() => onFailed('out of memory'));
    return { post: () => undefined, stop: async () => undefined };
  };
  const recorder = new Recorder(config(), false, (event) => events.push(event), failing);
  await new Promise((resolve) => setImmediate(resolve));
  recorder.sink(started(1));
  await recorder.close();
  expect(events[0]).toMatchObject({ event: 'recording-stopped' });
  expect(events[0]?.detail.message).toMatch(/out of memory/);
});

it('says that exchanges are missing the first time and when their number has doubled', async () => {
  const events: TrafficEvent[] = [];
  // A disk that takes nothing: no batch is ever done.
  const stuck: StartRecordingJob = (_config, onReply) => ({
    post: (order) => {
      if (order.kind === 'end') onReply({ kind: 'ended' });
    },
    stop: async () => undefined,
  });
  const recorder = new Recorder(config(), false, (event) => events.push(event), stuck);
  const mebibytes = new Uint8Array(40 * 1024 * 1024);
  for (let seq = 1; seq <= 7; seq += 1) {
    const exchange = exchangeFixture(seq, { request: { ...messageFixture(seq, 0), bytes: mebibytes } });
    recorder.sink({ kind: 'started', exchange });
    recorder.sink({ kind: 'completed', exchange: { ...exchange, status: 'abandoned' } });
  }
  await recorder.close();
  expect(events.map(({ detail }) => detail.dropped)).toEqual([1, 2, 4]);
  expect(events[0]?.detail.message).toMatch(/disk is too slow/);
  expect(recorder.state().dropped).toBe(6);
});

it('leaves no file of a run that did not begin', async () => {
  const recorder = new Recorder(config(), false, () => undefined, inThread);
  await recorder.discard();
  expect(existsSync(config().path)).toBe(false);
});
