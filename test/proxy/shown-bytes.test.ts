import { expect, test } from 'vitest';
import { LookedRanges } from '../../src/proxy/looked-ranges.ts';
import { ShownBytes } from '../../src/proxy/shown-bytes.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

/** What is shown, as text: bytes as letters, skipped frames in brackets. */
class Seen {
  readonly inputs: EngineInput[] = [];
  readonly shown = new ShownBytes(1, (input) => this.inputs.push(input));

  get text(): string {
    return this.inputs
      .map((input) => {
        if (input.kind === 'segment') return Buffer.from(input.bytes).toString();
        return input.kind === 'skipped' ? `[${input.frames} frames, ${input.bytes} bytes]` : input.kind;
      })
      .join('|');
  }
}

const chunk = (text: string, patchedAt: number[] = [], patched = '') => ({
  bytes: Buffer.from(text),
  atUs: 10,
  patchedAt,
  patchedBytes: [...Buffer.from(patched)],
});

test('a whole chunk is shown as it is, with the time it was handed on', () => {
  const seen = new Seen();
  const looked = new LookedRanges();
  looked.begin(10);
  looked.end(4);
  const given = chunk('abcd');
  seen.shown.show('client', given, looked, 15);
  expect(seen.inputs).toEqual([
    { kind: 'segment', connection: 1, from: 'client', atUs: 10, bytes: given.bytes, forwardedUs: 15 },
  ]);
  expect(seen.inputs[0]?.kind === 'segment' && seen.inputs[0].bytes === given.bytes).toBe(true);
});

test('ranges are shown around what is skipped, patched bytes as they came', () => {
  const seen = new Seen();
  const looked = new LookedRanges();
  looked.begin(10);
  looked.skip(3, 2);
  looked.look(5);
  looked.end(8);
  // Patched are the second byte, one that is skipped, and the last one.
  seen.shown.show('broker', chunk('aXcXefgX', [1, 3, 7], 'bdh'), looked, 15);
  expect(seen.text).toBe('a|b|c|[1 frames, 2 bytes]|fg|h');
});

test('withheld bytes come first', () => {
  const seen = new Seen();
  const looked = new LookedRanges();
  looked.begin(5);
  looked.skip(0, 9);
  looked.withhold(9);
  looked.end(9);
  looked.begin(10);
  looked.lookWith(Buffer.from('he'), 5, 0);
  looked.end(2);
  seen.shown.show('broker', chunk('ad'), looked, 15);
  expect(seen.text).toBe('[1 frames, 9 bytes]|he|ad');
});
