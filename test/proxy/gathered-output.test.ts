import { expect, test } from 'vitest';
import { GatheredOutput } from '../../src/proxy/gathered-output.ts';

test('small pieces become one write, in order', () => {
  const output = new GatheredOutput();
  const written: string[] = [];
  const write = (bytes: Uint8Array): boolean => written.push(Buffer.from(bytes).toString()) > 0;
  for (const text of ['one ', 'two ', 'three']) expect(output.add(Buffer.from(text))).toBe(true);
  output.write(write);
  output.write(write);
  expect(written).toEqual(['one two three']);
});

test('a piece that is large or finds no room is left to its owner', () => {
  const output = new GatheredOutput();
  expect(output.add(new Uint8Array(16 * 1024 + 1))).toBe(false);
  for (let piece = 0; piece < 4; piece += 1) expect(output.add(new Uint8Array(16 * 1024))).toBe(true);
  expect(output.add(Uint8Array.of(1))).toBe(false);
});

test('memory of a write under way is not used again', () => {
  const output = new GatheredOutput();
  let kept: Uint8Array = new Uint8Array(0);
  output.add(Buffer.from('first'));
  output.write((bytes) => {
    kept = bytes;
    return false;
  });
  output.add(Buffer.from('other'));
  expect(Buffer.from(kept).toString()).toBe('first');
});
