import fc from 'fast-check';
import { RecordsFailure } from '../../../src/records/record-limits.ts';

/** Bytes of several textures: noise, few letters, repeated phrases, runs, more than one 64 KiB block. */
export const payloads: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.constantFrom(97, 98, 99), { maxLength: 3000 }).map((letters) => Uint8Array.from(letters)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.integer({ min: 1, max: 3000 }))
    .map(([phrase, times]) => new Uint8Array(Buffer.alloc(phrase.length * times, phrase))),
  fc.tuple(fc.nat(255), fc.nat(200_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
  fc
    .tuple(fc.uint8Array({ minLength: 20, maxLength: 100 }), fc.uint8Array({ maxLength: 200 }), fc.nat(70_000))
    .map(([phrase, noise, apart]) => new Uint8Array(Buffer.concat([phrase, noise, new Uint8Array(apart), phrase]))),
);

/** The code of the failure that `read` ends with. */
export function failureOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof RecordsFailure) return error.code;
    throw error;
  }
  return 'no failure';
}
