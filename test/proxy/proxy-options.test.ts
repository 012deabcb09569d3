import { describe, expect, test } from 'vitest';
import { startProxy } from '../../src/proxy/proxy.ts';
import { refuseUnusable } from '../../src/proxy/proxy-options.ts';
import { testProxyOptions, Watcher } from './harness.ts';

describe('options no proxy can work with', () => {
  test('are refused with a sentence that says what to write', () => {
    expect(() => refuseUnusable(testProxyOptions([]))).toThrow('No upstream is named; write --upstream HOST:PORT.');
    const named = testProxyOptions([9092], { advertisePattern: 'b{nodeId}.kafka.local' });
    expect(() => refuseUnusable(named)).toThrow('--advertise-pattern needs TLS for clients');
    expect(() => refuseUnusable(testProxyOptions([9092]))).not.toThrow();
  });

  test('and nothing is started with them', async () => {
    const nothing = startProxy(testProxyOptions([]), new Watcher());
    await expect(nothing).rejects.toMatchObject({ code: 'invalid-option' });
  });
});
