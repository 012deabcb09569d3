import { describe, expect, test } from 'vitest';
import { UntouchedRun } from '../../src/proxy/untouched-run.ts';

/** What was forwarded, and whether more of the chunk was said to follow. */
function runInto(forwarded: [Uint8Array, boolean][]): UntouchedRun {
  return new UntouchedRun({ forward: (bytes, more) => forwarded.push([bytes, more]) > 0 });
}

const chunk = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);

describe('UntouchedRun', () => {
  test('forwards a chunk in which nothing changes as the very array it came in', () => {
    const forwarded: [Uint8Array, boolean][] = [];
    const run = runInto(forwarded);
    run.begin(chunk);
    run.at = chunk.length;
    run.flush();
    expect(forwarded).toHaveLength(1);
    expect(forwarded[0]?.[0]).toBe(chunk);
    expect(forwarded[0]?.[1]).toBe(false);
  });

  test('leaves out what is passed over, says whether more follows, and forwards nothing twice', () => {
    const forwarded: [Uint8Array, boolean][] = [];
    const run = runInto(forwarded);
    run.begin(chunk);
    run.at = 2;
    run.flush();
    run.flush();
    run.pass(3);
    run.at = 8;
    run.flush();
    expect(forwarded).toEqual([
      [Uint8Array.of(0, 1), true],
      [Uint8Array.of(5, 6, 7), false],
    ]);
  });

  test('dropped, it forwards nothing more, and is at the end of the chunk', () => {
    const forwarded: [Uint8Array, boolean][] = [];
    const run = runInto(forwarded);
    run.begin(chunk);
    run.at = 2;
    run.drop();
    run.flush();
    expect(forwarded).toEqual([]);
    expect(run.at).toBe(chunk.length);
  });

  test('ended, it holds no memory of the chunk and still stands behind it', () => {
    const run = runInto([]);
    run.begin(chunk);
    run.at = chunk.length;
    run.end();
    expect(run.chunk.length).toBe(0);
    expect(run.at).toBe(chunk.length);
  });
});
