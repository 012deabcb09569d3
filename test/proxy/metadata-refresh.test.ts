import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MetadataRefresh } from '../../src/proxy/metadata-refresh.ts';
import type { ProbeResult } from '../../src/proxy/probe.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const result = (message: string): ProbeResult => ({ kind: 'unreachable', reason: 'connection-refused', message });

test('asks once for all who ask at the same time, and again only when the answer is old', async () => {
  let asked = 0;
  let answer: (result: ProbeResult) => void = () => undefined;
  const refresh = new MetadataRefresh(() => {
    asked += 1;
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  const both = [refresh.current(), refresh.current()];
  expect(asked).toBe(1);
  answer(result('first'));
  expect((await Promise.all(both)).map(({ message }) => message)).toEqual(['first', 'first']);
  expect((await refresh.current()).message).toBe('first');
  expect(asked).toBe(1);
  vi.advanceTimersByTime(1001);
  const later = refresh.current();
  expect(asked).toBe(2);
  answer(result('second'));
  expect((await later).message).toBe('second');
});
