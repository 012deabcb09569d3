import { describe, expect, test } from 'vitest';
import { ExpectedResponses, unexpected } from '../../src/proxy/expected-responses.ts';

const metadata = { key: 3, version: 9 };
const heartbeat = { key: 12, version: 4 };

describe('ExpectedResponses', () => {
  test('answers come in the order of the requests', () => {
    const expected = new ExpectedResponses();
    expected.add(heartbeat.key, heartbeat.version, 5);
    expected.add(metadata.key, metadata.version, 6);
    expect(expected.anyBearsAddresses).toBe(true);
    expect(expected.take(5)).toBe((12 << 16) | 4);
    expect(expected.take(6)).toBe((3 << 16) | 9);
    expect(expected.size).toBe(0);
    expect(expected.anyBearsAddresses).toBe(false);
  });

  test('two requests with one correlation id are answered one after the other', () => {
    const expected = new ExpectedResponses();
    expected.add(heartbeat.key, 0, 1);
    expected.add(metadata.key, 1, 1);
    expect(expected.take(1) >> 16).toBe(12);
    expect(expected.take(1) >> 16).toBe(3);
  });

  test('a frame nobody asked for takes no place', () => {
    const expected = new ExpectedResponses();
    expect(expected.take(1)).toBe(unexpected);
    expected.add(metadata.key, metadata.version, 2);
    expect(expected.take(3)).toBe(unexpected);
    expect(expected.size).toBe(1);
  });

  test('an answer further back gives up those before it', () => {
    const expected = new ExpectedResponses();
    expected.add(metadata.key, metadata.version, 1);
    expected.add(heartbeat.key, heartbeat.version, 2);
    expect(expected.take(2) >> 16).toBe(12);
    expect(expected.size).toBe(0);
    expect(expected.anyBearsAddresses).toBe(false);
  });

  test('negative keys are not taken for "unexpected"', () => {
    const expected = new ExpectedResponses();
    expected.add(-1, -1, 1);
    const packed = expected.take(1);
    expect(packed).not.toBe(unexpected);
    expect([packed >> 16, (packed << 16) >> 16]).toEqual([-1, -1]);
  });

  test('clear forgets all', () => {
    const expected = new ExpectedResponses();
    expected.add(metadata.key, metadata.version, 1);
    expected.clear();
    expect([expected.size, expected.anyBearsAddresses]).toEqual([0, false]);
  });
});
