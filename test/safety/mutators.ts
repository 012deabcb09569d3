import { annotateMessage } from '../../src/protocol/annotate.ts';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import type { MessageType } from '../../src/protocol/message.ts';
import { bytesOf, releases, sampleMessages } from '../protocol/golden-lines.ts';
import type { SeededRandom } from './random.ts';

/** A frame that Kafka wrote, and where its lengths and counts stand. */
export interface FrameSeed {
  readonly name: string;
  readonly type: MessageType;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly bytes: Uint8Array;
  readonly lengthOffsets: readonly number[];
}

/** A frame that may be anything; `how` names what was done to it. */
export interface MutatedFrame {
  readonly seed: FrameSeed;
  readonly bytes: Uint8Array;
  readonly how: string;
}

function collectLengths(spans: readonly FieldSpan[], into: number[]): void {
  for (const span of spans) {
    if (/STRING|BYTES|RECORDS|ARRAY|TAGGED/.test(span.type)) into.push(span.start);
    collectLengths(span.children, into);
  }
}

/** Every golden frame of the sample. */
export function frameSeeds(): FrameSeed[] {
  return releases.flatMap(({ name: release }) =>
    sampleMessages(release).map((line) => {
      const bytes = new Uint8Array(bytesOf(line));
      const lengthOffsets: number[] = [];
      collectLengths(
        annotateMessage(bytes, line.type, line.key, line.version, { spansMax: 10_000 }).spans,
        lengthOffsets,
      );
      const name = `${line.api} ${line.type} v${line.version} ${line.variant}`;
      return { name, type: line.type, apiKey: line.key, apiVersion: line.version, bytes, lengthOffsets };
    }),
  );
}

const hostileInts: readonly number[] = [
  0, 1, -1, -2, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x00ff_ffff, 0x7fff_ffff, -0x8000_0000, 0x0640_0000,
];
/** Varints of zero to six bytes: the largest, too large, without end, longer than they need be. */
const hostileVarints: readonly (readonly number[])[] = [
  [0x00],
  [0x01],
  [0x02],
  [0x7f],
  [0xff, 0x01],
  [0xff, 0xff, 0x03],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0x80, 0x00],
  [],
];
const grownBytesMax = 16_384;

type Mutator = (bytes: Uint8Array, seed: FrameSeed, random: SeededRandom, seeds: readonly FrameSeed[]) => Uint8Array;

function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function someLength(seed: FrameSeed, bytes: Uint8Array, random: SeededRandom): number {
  return Math.min(
    random.below(4) === 0 ? random.below(bytes.length) : random.of([...seed.lengthOffsets, 8]),
    bytes.length,
  );
}

const bitFlips: Mutator = (bytes, _seed, random) => {
  for (let flips = 1 + random.below(8); flips > 0; flips -= 1) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
};

const fixedLengthLie: Mutator = (bytes, seed, random) => {
  const at = someLength(seed, bytes, random);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const near = random.below(2) === 0 ? bytes.length - at + random.below(9) - 4 : random.of(hostileInts);
  if (random.below(2) === 0 && at + 4 <= bytes.length) view.setInt32(at, near);
  else if (at + 2 <= bytes.length) view.setInt16(at, near);
  return bytes;
};

const varintLie: Mutator = (bytes, seed, random) => {
  const at = someLength(seed, bytes, random);
  return joined(bytes.subarray(0, at), random.of(hostileVarints), bytes.subarray(at + random.below(2)));
};

const truncation: Mutator = (bytes, _seed, random) => bytes.slice(0, random.below(bytes.length));

const splice: Mutator = (bytes, _seed, random, seeds) => {
  const other = random.of(seeds).bytes;
  return joined(bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length)));
};

const repetition: Mutator = (bytes, seed, random) => {
  const start = someLength(seed, bytes, random);
  const piece = bytes.subarray(start, start + 1 + random.below(64));
  const times = 1 + random.below(Math.min(200, Math.floor(grownBytesMax / (piece.length + 1))));
  const middle = new Uint8Array(piece.length * times);
  for (let turn = 0; turn < times; turn += 1) middle.set(piece, turn * piece.length);
  return joined(bytes.subarray(0, start), middle, bytes.subarray(start));
};

const filling: Mutator = (bytes, seed, random) => {
  const start = someLength(seed, bytes, random);
  const fill = new Uint8Array(random.below(2048)).fill(random.of([0, 1, 2, 0x7f, 0x80, 0xff]));
  return joined(bytes.subarray(0, start), fill);
};

const noise: Mutator = (bytes, seed, random) => {
  for (let at = someLength(seed, bytes, random); at < bytes.length; at += 1) bytes[at] = random.next();
  return bytes;
};

const mutators: readonly (readonly [name: string, mutate: Mutator])[] = [
  ['bit flips', bitFlips],
  ['fixed length lie', fixedLengthLie],
  ['varint lie', varintLie],
  ['truncation', truncation],
  ['splice', splice],
  ['repetition', repetition],
  ['filling', filling],
  ['noise', noise],
];

/** The next frame: one seed, one to three mutations. */
export function mutate(seeds: readonly FrameSeed[], random: SeededRandom): MutatedFrame {
  const seed = random.of(seeds);
  let bytes: Uint8Array = seed.bytes.slice();
  const how: string[] = [];
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const [name, change] = random.of(mutators);
    bytes = change(bytes, seed, random, seeds);
    how.push(name);
  }
  return { seed, bytes, how: how.join(', ') };
}
