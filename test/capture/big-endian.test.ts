import fc from 'fast-check';
import { expect, it } from 'vitest';
import { int16, int32, uint16, uint32 } from '../../src/capture/big-endian.ts';

it('reads network byte order as DataView does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 12 }), fc.nat(), (bytes, where) => {
      const at = where % (bytes.length - 3);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      expect(uint16(bytes, at)).toBe(view.getUint16(at));
      expect(int16(bytes, at)).toBe(view.getInt16(at));
      expect(uint32(bytes, at)).toBe(view.getUint32(at));
      expect(int32(bytes, at)).toBe(view.getInt32(at));
    }),
  );
});
