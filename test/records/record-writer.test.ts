import { describe, expect, it } from 'vitest';
import { RecordWriter } from '../../src/records/record-writer.ts';

describe('RecordWriter', () => {
  it('writes big-endian integers and bytes one behind the other', () => {
    const writer = new RecordWriter();
    writer.int8(-1);
    writer.int16(0x0102);
    writer.int32(-2);
    writer.int64(-3n);
    writer.bytes(Uint8Array.of(9, 8));
    writer.patchInt32(3, 0xdeadbeef);
    expect(Buffer.from(writer.written()).toString('hex')).toBe('ff0102deadbeeffffffffffffffffd0908');
    expect(writer.length).toBe(17);
  });

  it('grows at any write without losing one', () => {
    for (let before = 240; before < 300; before += 1) {
      const writer = new RecordWriter();
      writer.bytes(new Uint8Array(before).fill(1));
      writer.int64(2n);
      writer.varint(-300);
      writer.bytes(new Uint8Array(5000).fill(3));
      writer.int8(4);
      const bytes = writer.written();
      expect(bytes.length).toBe(before + 8 + 2 + 5000 + 1);
      expect([bytes[0], bytes[before + 7], bytes[before + 8], bytes[before + 10], bytes.at(-1)]).toEqual([
        1, 2, 0xd7, 3, 4,
      ]);
    }
  });
});
