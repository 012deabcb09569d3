import { describe, expect, test } from 'vitest';
import { ExpectedResponses, unexpected } from '../../src/proxy/expected-responses.ts';
import { HeadRead, HeadReader } from '../../src/proxy/head-reader.ts';
import { UntouchedRun } from '../../src/proxy/untouched-run.ts';

/** A reader over a run; what it forwards and tells is remembered. */
class Fixture {
  readonly forwarded: number[][] = [];
  readonly skipped: number[][] = [];
  readonly expected = new ExpectedResponses();
  readonly run = new UntouchedRun(this);
  readonly reader = new HeadReader(this, this.expected, this.run);

  forward(bytes: Uint8Array): boolean {
    this.forwarded.push([...bytes]);
    return true;
  }

  responseSkipped(apiKey: number, apiVersion: number, frameBytes: number, latencyUs: number): void {
    this.skipped.push([apiKey, apiVersion, frameBytes, latencyUs]);
  }

  /** Reads the head at the begin of a chunk that came at `atUs`. */
  read(chunk: Uint8Array, atUs = 100): HeadRead {
    this.run.begin(chunk);
    this.reader.begin(atUs);
    return this.reader.read();
  }
}

const heartbeat = 12;
const metadata = 3;
/** Size 6, correlation id 7, two bytes of a body. */
const frame = Uint8Array.of(0, 0, 0, 6, 0, 0, 0, 7, 1, 2);

describe('HeadReader', () => {
  test('finds the request of a head that lies in the chunk, and stays at the border', () => {
    const { reader, run, expected, ...fixture } = new Fixture();
    expected.add(heartbeat, 4, 7);
    run.begin(frame);
    reader.begin(100);
    expect(reader.read()).toBe(HeadRead.Whole);
    expect([reader.sizeBytes, reader.answers >> 16, reader.answers & 0xffff, reader.taken]).toEqual([6, 12, 4, 0]);
    expect([run.at, reader.frames, expected.size, fixture.forwarded.length]).toEqual([0, 1, 0, 0]);
  });

  test('a head cut anywhere is read as well, and is behind the reader then', () => {
    for (let cut = 1; cut < 8; cut += 1) {
      const fixture = new Fixture();
      fixture.expected.add(heartbeat, 4, 7);
      expect(fixture.read(frame.subarray(0, cut))).toBe(HeadRead.Cut);
      expect(fixture.reader.underWay).toBe(true);
      expect(fixture.read(frame.subarray(cut))).toBe(HeadRead.Whole);
      expect([fixture.reader.answers >> 16, fixture.reader.taken, fixture.run.at]).toEqual([12, 8, 8 - cut]);
      expect(fixture.reader.withheld).toBe(false);
    }
  });

  test('bytes of a cut head are kept back while a response that names brokers is due, and go on as a copy', () => {
    const fixture = new Fixture();
    fixture.expected.add(heartbeat, 4, 7);
    fixture.expected.add(metadata, 9, 8);
    fixture.read(frame.subarray(0, 5));
    fixture.run.flush();
    expect(fixture.forwarded).toEqual([]);
    expect(fixture.reader.withheld).toBe(true);
    fixture.read(frame.subarray(5));
    fixture.reader.forwardCut();
    expect(fixture.forwarded).toEqual([[0, 0, 0, 6, 0, 0, 0, 7]]);
    expect(fixture.reader.underWay).toBe(false);
  });

  test('or are taken by who holds the frame', () => {
    const fixture = new Fixture();
    fixture.expected.add(metadata, 9, 7);
    fixture.read(frame.subarray(0, 5));
    fixture.read(frame.subarray(5));
    expect([...fixture.reader.takeCut()]).toEqual([0, 0, 0, 6, 0, 0, 0, 7]);
    expect(fixture.reader.underWay).toBe(false);
    expect(fixture.forwarded).toEqual([]);
  });

  test('a frame without room for a correlation id answers nothing', () => {
    const fixture = new Fixture();
    fixture.expected.add(heartbeat, 4, 7);
    for (const token of [Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0, 0, 0, 3, 1, 2, 3, 0, 0, 0)]) {
      expect(fixture.read(token)).toBe(HeadRead.Whole);
      expect(fixture.reader.answers).toBe(unexpected);
      if (fixture.reader.taken > 0) fixture.reader.forwardCut();
    }
    expect(fixture.expected.size).toBe(1);
  });

  test('a negative size, or one too large for a frame that nobody asked for, is foreign', () => {
    for (const first of [0x80, 0x50]) {
      const fixture = new Fixture();
      const chunk = Uint8Array.of(first, 3, 1, 0, 2, 2, 0x50, 9);
      expect(fixture.read(chunk)).toBe(HeadRead.Foreign);
      expect([...fixture.reader.firstBytes]).toEqual([...chunk]);
    }
  });

  test('a response whose request was skipped is skipped with its latency, from its first byte on', () => {
    const fixture = new Fixture();
    fixture.expected.add(heartbeat, 4, 7, true, 60);
    fixture.read(frame.subarray(0, 3), 100);
    fixture.reader.looked.end(3);
    expect(fixture.reader.looked.none).toBe(true);
    fixture.read(frame.subarray(3), 130);
    expect(fixture.skipped).toEqual([[12, 4, 10, 40]]);
    expect(fixture.reader.looked.skipping).toBe(true);
  });

  test('a cut head that was withheld from the inspector is shown when its request was looked at', () => {
    const fixture = new Fixture();
    fixture.expected.add(heartbeat, 4, 7, false, 60);
    fixture.expected.add(heartbeat, 4, 8, true, 60);
    fixture.read(frame.subarray(0, 3), 100);
    fixture.read(frame.subarray(3), 130);
    expect(fixture.reader.looked.prefix).toEqual(Uint8Array.of(0, 0, 0, 6, 0, 0, 0, 7));
    expect(fixture.reader.looked.prefixUs).toBe(100);
    expect(fixture.skipped).toEqual([]);
  });

  test('what was skipped before frames are given up ended with the chunk it came in', () => {
    const fixture = new Fixture();
    fixture.expected.add(heartbeat, 4, 7, true, 60);
    fixture.read(frame, 100);
    fixture.run.at = frame.length;
    fixture.reader.looked.end(frame.length);
    fixture.run.end();
    fixture.reader.lookAtRest();
    expect(fixture.reader.looked.takePending()).toEqual({ frames: 1, bytes: 10, atUs: 100 });
  });

  test('a head that never comes whole is shown when the broker has ended', () => {
    const fixture = new Fixture();
    fixture.expected.add(heartbeat, 4, 7, true, 60);
    fixture.read(frame.subarray(0, 3), 100);
    fixture.reader.brokerEnded();
    expect(fixture.reader.looked.prefix).toEqual(Uint8Array.of(0, 0, 0));
  });
});
