import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HostNames } from '../../src/capture/host-names.ts';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { limitSentence } from '../../src/export/limit-sentence.ts';

/** A record of a Name Resolution Block, little-endian, padded to four bytes. */
function record(type: number, address: readonly number[], names: string): Buffer {
  const value = Buffer.concat([Uint8Array.from(address), Buffer.from(names)]);
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16LE(type, 0);
  bytes.writeUInt16LE(value.length, 2);
  bytes.set(value, 4);
  return bytes;
}

function namesOf(records: Uint8Array, limits = captureLimits) {
  const counter = new LimitCounter();
  const names = new HostNames(limits, counter);
  names.read(records, 0, records.length, true);
  return { list: names.list(), counts: counter.counts() };
}

const loopback6 = [...Array(15).fill(0), 1];

it('reads IPv4 and IPv6 addresses with the first of their names', () => {
  const records = Buffer.concat([
    record(1, [10, 0, 0, 1], 'broker-1.example\0b1\0'),
    record(3, [1, 2, 3, 4, 5, 6], 'an-ethernet-address\0'),
    record(2, loopback6, 'localhost\0'),
    record(1, [10, 0, 0, 1], 'another\0'),
    record(1, [10, 0, 0, 2], 'not-terminated'),
    record(0, [], ''),
    record(1, [10, 0, 0, 3], 'behind-the-end\0'),
  ]);
  expect(namesOf(records).list).toEqual({
    '10.0.0.1': 'broker-1.example',
    '::1': 'localhost',
    '10.0.0.2': 'not-terminated',
  });
});

it('a record that runs past its block ends it, and empty names are none', () => {
  const cut = record(1, [10, 0, 0, 2], 'long-name-here\0').subarray(0, 14);
  expect(namesOf(Buffer.concat([record(1, [10, 0, 0, 1], '\0'), record(1, [10, 0, 0], ''), cut])).list).toEqual({});
});

it('keeps no more names than its limit, none that is longer than DNS has, and counts the rest', () => {
  const records = Buffer.concat([1, 2, 3, 4].map((host) => record(1, [10, 0, 0, host], `h${host}\0`)));
  const { list, counts } = namesOf(records, { ...captureLimits, hostNamesMax: 2 });
  expect(list).toEqual({ '10.0.0.1': 'h1', '10.0.0.2': 'h2' });
  expect(counts).toEqual({ hostNamesMax: 2 });
  expect(namesOf(record(1, [10, 0, 0, 1], 'x'.repeat(256)))).toEqual({ list: {}, counts: { hostNamesMax: 1 } });
  expect(limitSentence('hostNamesMax', 2)).toMatch(/2 times: further host names .* show as addresses\.$/);
});

it('any bytes are read', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void namesOf(bytes)));
});
