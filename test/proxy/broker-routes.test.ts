import { expect, test } from 'vitest';
import { isSameAddress, nodeKey, upstreamName } from '../../src/proxy/broker-routes.ts';

test('a broker and a controller of one id are two nodes', () => {
  expect(nodeKey(1, 5)).not.toBe(nodeKey(2, 5));
  expect(nodeKey(1, 5)).not.toBe(nodeKey(1, 6));
});

test('an unknown address is no address', () => {
  const here = { host: 'b1', port: 9092 };
  expect(isSameAddress(here, { host: 'b1', port: 9092 })).toBe(true);
  expect(isSameAddress(here, { host: 'b2', port: 9092 })).toBe(false);
  expect(isSameAddress(here, { host: 'b1', port: 9093 })).toBe(false);
  expect(isSameAddress(null, null)).toBe(false);
  const binding = { nodeId: 1, endpointType: 1, host: 'h', port: 1, advertisedHost: null };
  expect([upstreamName({ ...binding, upstream: here }), upstreamName({ ...binding, upstream: null })]).toEqual([
    'b1:9092',
    '?',
  ]);
});
