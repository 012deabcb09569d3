import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../../src/wire/crc32c.ts';
import { foldBytes, makeCrc32cFold } from '../../src/wire/crc32c-fold.ts';

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function advance(register: number, bytes: Uint8Array): number {
  let crc = register;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

/** Bytes that differ from place to place without repeating in any step of the fold. */
function noise(count: number, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >>> 16;
  });
}

const fold = makeCrc32cFold(table);

test('this Node runs it', () => {
  expect(fold).not.toBeNull();
});

test('the window is worth what was folded, over several fillings of its memory, too', () => {
  for (const turns of [1, 2, 3, 255, 256, 257, 512, 513, 800]) {
    const bytes = noise(turns * foldBytes + 5, turns);
    const window = fold?.window(bytes, 5, bytes.length) ?? new Uint8Array(0);
    expect([turns, advance(0, window)]).toEqual([turns, advance(-1, bytes.subarray(5))]);
  }
});

test('every bit counts', () => {
  const bytes = noise(foldBytes * 3, 3);
  const whole = advance(-1, bytes);
  for (let at = 0; at < bytes.length; at += 1) {
    for (let bit = 1; bit < 256; bit <<= 1) {
      bytes[at] = (bytes[at] ?? 0) ^ bit;
      const spoilt = advance(0, fold?.window(bytes, 0, bytes.length) ?? new Uint8Array(0));
      expect(spoilt).not.toBe(whole);
      bytes[at] = (bytes[at] ?? 0) ^ bit;
    }
  }
});

test('crc32c is the same with and without it, wherever the bytes begin and end', () => {
  const bytes = noise(70_000, 7);
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 700, max: 69_000 }), (start, count) => {
      const end = Math.min(bytes.length, start + count);
      expect(crc32c(bytes, start, end)).toBe(~advance(-1, bytes.subarray(start, end)) >>> 0);
    }),
    { numRuns: 300 },
  );
});

test('without WebAssembly the tables do it', { timeout: 30_000 }, () => {
  const source = new URL('../../src/wire/crc32c.ts', import.meta.url).href;
  const program = `
    const { crc32c } = await import('${source}');
    console.log(typeof WebAssembly, crc32c(new Uint8Array(5000).fill(65)));
  `;
  // Node's own loader of TypeScript is WebAssembly, so it is taken away only behind it.
  const without = `await import('${source}'); delete globalThis.WebAssembly;${program}`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', without], { encoding: 'utf8' });
  expect(child.stdout.trim()).toBe(`undefined ${crc32c(new Uint8Array(5000).fill(65))}`);
});
