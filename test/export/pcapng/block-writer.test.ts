import { expect, it } from 'vitest';
import { BlockWriter } from '../../../src/export/pcapng/block-writer.ts';
import { blocksOf, optionsOf, packetsOf } from '../../support/recorded.ts';

const facts = { hardware: 'x64', os: 'Linux 6', application: 'kafka-scope 1', comment: 'about' };

it('writes the head of a file: section with its options, interface with its clock', () => {
  const writer = new BlockWriter();
  writer.section(facts);
  writer.interface(101, 'kafka-scope', 'Kafka');
  const [section, description] = blocksOf(writer.written());
  expect(section?.type).toBe(0x0a0d0d0a);
  // Byte-order magic, version 1.0, section length unknown (-1).
  expect(section?.body.subarray(0, 16).toString('hex')).toBe('4d3c2b1a01000000ffffffffffffffff');
  const options = optionsOf(section?.body ?? Buffer.alloc(0), 16);
  expect([1, 2, 3, 4].map((code) => options[code]?.toString())).toEqual(['about', 'x64', 'Linux 6', 'kafka-scope 1']);
  // Link type 101, reserved, no snaplen.
  expect(description?.body.subarray(0, 8).toString('hex')).toBe('6500000000000000');
  expect(optionsOf(description?.body ?? Buffer.alloc(0), 8)[9]?.toString('hex')).toBe('06');
});

it('writes packets with time, both lengths, padding and comment', () => {
  const writer = new BlockWriter();
  const at = writer.packet(0x5_0000_0007, 3, 9, Buffer.from('five!'));
  writer.bytes.set([1, 2, 3], at);
  const [packet] = packetsOf(writer.written());
  expect(packet).toMatchObject({ atUs: 0x5_0000_0007, original: 9, comment: 'five!' });
  expect(packet?.ip.toString('hex')).toBe('010203');
});

it('starts again with nothing, and pads with zeros whatever stood there before', () => {
  const writer = new BlockWriter();
  const first = writer.packet(1, 8, 8, null);
  writer.bytes.fill(0xff, first, first + 8);
  writer.clear();
  expect(writer.length).toBe(0);
  const again = writer.packet(1, 5, 5, null);
  writer.bytes.fill(1, again, again + 5);
  expect(writer.written().slice(again, again + 8)).toEqual(Uint8Array.of(1, 1, 1, 1, 1, 0, 0, 0));
});

it('grows beyond its first buffer and keeps what it holds', () => {
  const writer = new BlockWriter();
  for (let index = 0; index < 20; index += 1) {
    const at = writer.packet(index, 50_000, 50_000, null);
    writer.bytes.fill(index, at, at + 50_000);
  }
  const packets = packetsOf(writer.written());
  expect(packets.map(({ ip }) => ip[49_999])).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

it('ends with what was written and what is missing', () => {
  const writer = new BlockWriter();
  writer.interfaceStatistics(7, 10, 3);
  const [block] = blocksOf(writer.written());
  expect(block?.type).toBe(5);
  const options = optionsOf(block?.body ?? Buffer.alloc(0), 12);
  expect([options[4]?.readBigUInt64LE(), options[5]?.readBigUInt64LE()]).toEqual([13n, 3n]);
});
