import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandshakeAssembler, handshakeBytesMax } from '../../../src/capture/tls/handshake-assembler.ts';

const message = (type: number, length: number) =>
  Buffer.concat([Buffer.from([type, length >> 16, (length >> 8) & 255, length & 255]), Buffer.alloc(length, type)]);

describe('HandshakeAssembler', () => {
  it('finds messages however records split and join them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (lengths, size) => {
        const all = Buffer.concat(lengths.map((length, index) => message(index + 1, length)));
        const assembler = new HandshakeAssembler();
        const found: [number, number][] = [];
        for (let at = 0; at < all.length; at += size) {
          for (const { type, body } of assembler.take(all.subarray(at, at + size))) found.push([type, body.length]);
        }
        expect(found).toEqual(lengths.map((length, index) => [index + 1, length]));
      }),
    );
  });

  it('steps over a message longer than its limit without holding it', () => {
    const assembler = new HandshakeAssembler();
    const long = message(11, handshakeBytesMax + 1);
    expect(assembler.take(long.subarray(0, 60_000))).toEqual([]);
    const rest = Buffer.concat([long.subarray(60_000), message(20, 3)]);
    expect(assembler.take(rest).map(({ type }) => type)).toEqual([20]);
  });

  it('forgets what was begun when bytes are lost', () => {
    const assembler = new HandshakeAssembler();
    assembler.take(message(1, 100).subarray(0, 50));
    assembler.reset();
    expect(assembler.take(message(2, 1)).map(({ type }) => type)).toEqual([2]);
  });
});
