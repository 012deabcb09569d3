import { expect, test } from 'vitest';
import { isMisled } from '../../src/proxy/misled.ts';

const at = (port: number) => ({ host: 'inside', port });
const to = (nodeId: number | null, known = true) => ({ targets: known ? [at(1)] : [], nodeId, endpointType: 1 });
const binding = (nodeId: number, port: number | null) => ({
  nodeId,
  endpointType: 1,
  host: 'proxy',
  port: 1,
  advertisedHost: null,
  upstream: port === null ? null : at(port),
});

test('another node has taken the place of the one asked for', () => {
  expect(isMisled({ destination: to(1), upstream: at(9092) }, binding(2, 9092))).toBe(true);
  expect(isMisled({ destination: to(1), upstream: at(9092) }, binding(2, 9093))).toBe(false);
  expect(isMisled({ destination: to(1), upstream: at(9092) }, { ...binding(2, 9092), endpointType: 2 })).toBe(false);
});

test('a node that only moved keeps its connections', () => {
  expect(isMisled({ destination: to(1), upstream: at(9092) }, binding(1, 9093))).toBe(false);
});

test('a node nobody knew turns out to be elsewhere', () => {
  expect(isMisled({ destination: to(1, false), upstream: at(9092) }, binding(1, 9093))).toBe(true);
  expect(isMisled({ destination: to(1, false), upstream: at(9092) }, binding(1, 9092))).toBe(false);
  expect(isMisled({ destination: to(1, false), upstream: at(9092) }, binding(1, null))).toBe(false);
});

test('bootstrap connections may be anywhere, and one without upstream is nowhere', () => {
  expect(isMisled({ destination: to(null), upstream: at(9092) }, binding(2, 9092))).toBe(false);
  expect(isMisled({ destination: to(1), upstream: null }, binding(2, 9092))).toBe(false);
});
