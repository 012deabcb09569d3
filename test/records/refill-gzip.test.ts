import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { refillGzip } from '../../src/records/refill-gzip.ts';

const text = 'some 1 text 2 that 3 does 4 not 5 compress 6 too 7 well';
const overwrite = (payload: Uint8Array) => void payload.fill(0x2a);

/** The stream between other bytes, which must stay. */
function framed(stream: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from('ab'), stream, Buffer.from('cd')]));
}

it('changes the contents and keeps the length', () => {
  const bytes = framed(gzipSync(text));
  expect(refillGzip(bytes, 2, bytes.length - 2, overwrite)).toBe(true);
  expect(gunzipSync(bytes.subarray(2, -2)).toString()).toBe('*'.repeat(text.length));
  expect(Buffer.from(bytes).includes('text')).toBe(false);
  expect([bytes[1], bytes.at(-2)]).toEqual([0x62, 0x63]);
});

it('needs no comment where the length is the same anyway', () => {
  const bytes = framed(gzipSync(text));
  const before = bytes.slice();
  expect(refillGzip(bytes, 2, bytes.length - 2, () => undefined)).toBe(true);
  expect(gunzipSync(bytes.subarray(2, -2)).toString()).toBe(text);
  expect(bytes.length).toBe(before.length);
});

it('changes nothing where the stream would grow, or is none', () => {
  const bytes = framed(gzipSync('*'.repeat(300)));
  const before = bytes.slice();
  let seed = 7;
  const scramble = (payload: Uint8Array) => {
    for (let at = 0; at < payload.length; at += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      payload[at] = seed >>> 16;
    }
  };
  expect(refillGzip(bytes, 2, bytes.length - 2, scramble)).toBe(false);
  expect(refillGzip(bytes, 0, bytes.length, overwrite)).toBe(false);
  expect(bytes).toEqual(before);
});
