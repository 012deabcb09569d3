import { describe, expect, test } from 'vitest';
import { type ConnectionSilence, lookEveryMs, timeoutOf, timeoutSentence } from '../../src/proxy/timeouts.ts';

const options = { handshakeTimeoutMs: 10, stallTimeoutMs: 20, idleTimeoutMs: 30 };
const quiet: ConnectionSilence = {
  openedAtUs: 0,
  clientAtUs: 1000,
  brokerAtUs: 2000,
  clientInFrame: false,
  brokerInFrame: false,
  responsesDue: 0,
};

describe('timeoutOf', () => {
  test('waits for the first byte from the accept on', () => {
    const silent = { ...quiet, clientAtUs: null };
    expect(timeoutOf(silent, options, 9_999)).toBe(null);
    expect(timeoutOf(silent, options, 10_000)).toBe('first-byte-timeout');
  });

  test('waits for the rest of a frame from its last byte on, on either side', () => {
    expect(timeoutOf({ ...quiet, clientInFrame: true }, options, 20_999)).toBe(null);
    expect(timeoutOf({ ...quiet, clientInFrame: true }, options, 21_000)).toBe('stalled-frame-timeout');
    expect(timeoutOf({ ...quiet, brokerInFrame: true, responsesDue: 1 }, options, 21_999)).toBe(null);
    expect(timeoutOf({ ...quiet, brokerInFrame: true, responsesDue: 1 }, options, 22_000)).toBe(
      'stalled-frame-timeout',
    );
  });

  test('a connection is idle from the last byte of either side on, and never while a response is due', () => {
    expect(timeoutOf(quiet, options, 31_999)).toBe(null);
    expect(timeoutOf(quiet, options, 32_000)).toBe('idle-timeout');
    expect(timeoutOf({ ...quiet, responsesDue: 1 }, options, 1e12)).toBe(null);
  });

  test('0 is for ever', () => {
    const none = { handshakeTimeoutMs: 0, stallTimeoutMs: 0, idleTimeoutMs: 0 };
    for (const silence of [quiet, { ...quiet, clientAtUs: null }, { ...quiet, clientInFrame: true }]) {
      expect(timeoutOf(silence, none, 1e15)).toBe(null);
    }
    expect(lookEveryMs(none)).toBe(null);
  });
});

test('looks often enough for the shortest limit, and never too often', () => {
  expect(lookEveryMs(options)).toBe(10);
  expect(lookEveryMs({ handshakeTimeoutMs: 0, stallTimeoutMs: 400, idleTimeoutMs: 900_000 })).toBe(100);
  expect(lookEveryMs({ handshakeTimeoutMs: 30_000, stallTimeoutMs: 60_000, idleTimeoutMs: 0 })).toBe(1000);
});

test('every cause has a sentence with its limit and its flag', () => {
  expect(timeoutSentence('first-byte-timeout', options)).toMatch(/10 ms.*--handshake-timeout/);
  expect(timeoutSentence('stalled-frame-timeout', options)).toMatch(/20 ms.*--stall-timeout/);
  expect(timeoutSentence('idle-timeout', options)).toMatch(/30 ms.*--idle-timeout/);
});
