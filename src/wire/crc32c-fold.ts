/**
 * CRC-32C sixteen bytes at a time with vector instructions, five times as fast as tables in JavaScript.
 *
 * A CRC is linear: of a message only its remainder counts, and the remainder of any byte can be brought about by other
 * bytes nearer to the end. So the oldest vector of sixteen bytes is taken away and what it is worth is xored into four
 * younger ones, lane by lane, until only the last `windowVectors` are left; their CRC is the CRC of it all. Which four:
 * bytes at these distances must span all 32 bits of remainders, and the youngest of the four must be some steps off,
 * or each step would wait for the last. What a byte is worth is looked up by its two nibbles (`i8x16.swizzle` has
 * sixteen entries), four places times two nibbles a vector.
 */

/** Places, in vectors before the youngest, that take what the oldest was worth. */
const places: readonly number[] = [0, 1, 4, 5];
/** Vectors in flight; the oldest is folded into `places`. */
const windowVectors = 8;
const vectorBytes = 16;

/** Bytes one turn of the loop takes; only whole multiples can be folded. */
export const foldBytes: number = windowVectors * vectorBytes;

/** Bytes copied in at once: they are still in the first cache when they are folded. */
const inputBytesMax = 16_384;
/** Where the window lies in the module's memory, behind the input. */
const windowAt = inputBytesMax;

interface FoldExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  fold(start: number, end: number): void;
}

/** The part of WebAssembly's interface used here; Node's types leave it to those of browsers. */
interface WebAssemblyFace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: FoldExports };
}

/** Sixteen results by nibble, for the lower and the upper nibble of a byte. */
interface PlaceTables {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** The register after one byte and then `zeros` zero bytes, from a register of zero. */
function remainder(table: Int32Array, byte: number, zeros: number): number {
  let crc = table[byte] ?? 0;
  for (let count = 0; count < zeros; count += 1) crc = (crc >>> 8) ^ (table[crc & 0xff] ?? 0);
  return crc;
}

/** For each bit of a remainder the bits at `places` that bring it about: a matrix inverted by elimination. */
function invert(columns: readonly number[]): number[] {
  const left = Array.from({ length: 32 }, (_, row) =>
    columns.reduce((bits, column, at) => bits | (((column >>> row) & 1) << at), 0),
  );
  const right = Array.from({ length: 32 }, (_, row) => 1 << row);
  for (let bit = 0; bit < 32; bit += 1) {
    const pivot = left.findIndex((row, at) => at >= bit && ((row >>> bit) & 1) === 1);
    if (pivot < 0) throw new Error('bytes at these places do not span all remainders');
    for (const side of [left, right]) [side[bit], side[pivot]] = [side[pivot] ?? 0, side[bit] ?? 0];
    for (let row = 0; row < 32; row += 1) {
      if (row === bit || (((left[row] ?? 0) >>> bit) & 1) === 0) continue;
      left[row] = (left[row] ?? 0) ^ (left[bit] ?? 0);
      right[row] = (right[row] ?? 0) ^ (right[bit] ?? 0);
    }
  }
  return right;
}

function isOdd(bits: number): boolean {
  let folded = bits ^ (bits >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  return ((0x6996 >>> (folded & 15)) & 1) === 1;
}

/** What a byte of the oldest vector is worth at each place. */
function placeTables(table: Int32Array): PlaceTables[] {
  const columns = places.flatMap((place) =>
    Array.from({ length: 8 }, (_, bit) => remainder(table, 1 << bit, place * vectorBytes)),
  );
  const solution = invert(columns);
  const worth = (byte: number): number => {
    const wanted = remainder(table, byte, windowVectors * vectorBytes);
    return solution.reduce((bits, row, at) => bits | ((isOdd(row & wanted) ? 1 : 0) << at), 0);
  };
  const lower = Array.from({ length: 16 }, (_, nibble) => worth(nibble));
  const upper = Array.from({ length: 16 }, (_, nibble) => worth(nibble << 4));
  const byteAt = (place: number) => (bits: number) => (bits >>> (8 * place)) & 0xff;
  return places.map((_, place) => ({ lower: lower.map(byteAt(place)), upper: upper.map(byteAt(place)) }));
}

/** Unsigned LEB128, as WebAssembly writes numbers. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function exported(name: string, kind: number): number[] {
  return [name.length, ...Buffer.from(name), kind, 0];
}

const op = {
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  zero: [0x41, 0],
  four: [0x41, 4],
  load: (offset: number) => [0xfd, 0x00, 4, ...leb(offset)],
  store: (offset: number) => [0xfd, 0x0b, 4, ...leb(offset)],
  constant: (bytes: readonly number[]) => [0xfd, 0x0c, ...bytes],
  and: [0xfd, 0x4e],
  xor: [0xfd, 0x51],
  /** Right shift of 16-bit lanes; a mask follows. */
  shift: [0xfd, 0x8d, 0x01],
  /** Relaxed, for indices below 16 are all there are: one instruction where the strict one takes two. */
  swizzle: [0xfd, 0x80, 0x02],
  addStep: [0x41, ...[(foldBytes & 0x7f) | 0x80, foldBytes >>> 7], 0x6a],
} as const;

/** Locals of the function: start, end, then vectors. */
const local = { start: 0, end: 1, window: 2, tables: 2 + windowVectors } as const;
const maskLocal = local.tables + places.length * 2;
const lowerLocal = maskLocal + 1;
const upperLocal = maskLocal + 2;
const vectorLocals = upperLocal + 1 - local.window;

/** One step: the oldest vector leaves, the vector at `step` of the input takes its place. */
function stepCode(step: number): number[] {
  const oldest = local.window + step;
  const code = [
    ...[...op.get(oldest), ...op.get(maskLocal), ...op.and, ...op.set(lowerLocal)],
    ...[...op.get(oldest), ...op.four, ...op.shift, ...op.get(maskLocal), ...op.and, ...op.set(upperLocal)],
  ];
  for (const [index, place] of places.entries()) {
    const target = local.window + ((step + windowVectors - place) % windowVectors);
    if (target === oldest) code.push(...op.get(local.start), ...op.load(step * vectorBytes));
    else code.push(...op.get(target));
    code.push(...op.get(local.tables + 2 * index), ...op.get(lowerLocal), ...op.swizzle, ...op.xor);
    code.push(...op.get(local.tables + 2 * index + 1), ...op.get(upperLocal), ...op.swizzle, ...op.xor);
    code.push(...op.set(target));
  }
  return code;
}

function functionBody(tables: readonly PlaceTables[]): number[] {
  const code: number[] = [1, vectorLocals, 0x7b];
  for (const [index, { lower, upper }] of tables.entries()) {
    code.push(...op.constant(lower), ...op.set(local.tables + 2 * index));
    code.push(...op.constant(upper), ...op.set(local.tables + 2 * index + 1));
  }
  code.push(...op.constant(new Array<number>(vectorBytes).fill(15)), ...op.set(maskLocal));
  const slots = Array.from({ length: windowVectors }, (_, slot) => slot);
  for (const slot of slots)
    code.push(...op.zero, ...op.load(windowAt + slot * vectorBytes), ...op.set(local.window + slot));
  code.push(0x03, 0x40);
  for (const slot of slots) code.push(...stepCode(slot));
  // Again while start, moved on by one turn, is below end.
  code.push(...op.get(local.start), ...op.addStep, 0x22, local.start, ...op.get(local.end), 0x49, 0x0d, 0, 0x0b);
  for (const slot of slots)
    code.push(...op.zero, ...op.get(local.window + slot), ...op.store(windowAt + slot * vectorBytes));
  return [...code, 0x0b];
}

function moduleBytes(table: Int32Array): Uint8Array {
  const body = functionBody(placeTables(table));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, 0x7f, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...exported('memory', 2), ...exported('fold', 0)]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** Folds bytes into a window whose CRC, from a register of zero, is that of the bytes from a register of all ones. */
export class Crc32cFold {
  readonly #memory: Uint8Array;
  readonly #fold: (start: number, end: number) => void;

  constructor(exports: FoldExports) {
    this.#memory = new Uint8Array(exports.memory.buffer);
    this.#fold = exports.fold;
  }

  /** Folds `bytes[start, end)`, a positive multiple of `foldBytes`; the window holds until the next call. */
  window(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const memory = this.#memory;
    memory.fill(0, windowAt, windowAt + foldBytes);
    for (let at = start; at < end; ) {
      const count = Math.min(inputBytesMax, end - at);
      memory.set(bytes.subarray(at, at + count));
      // The register's ones act on the first four bytes.
      if (at === start) for (let first = 0; first < 4; first += 1) memory[first] = (memory[first] ?? 0) ^ 0xff;
      this.#fold(0, count);
      at += count;
    }
    return memory.subarray(windowAt, windowAt + foldBytes);
  }
}

/** Makes the folder from CRC-32C's table of bytes; null where this process may not or cannot run WebAssembly. */
export function makeCrc32cFold(table: Int32Array): Crc32cFold | null {
  const face = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyFace | undefined;
  if (face === undefined) return null;
  const bytes = moduleBytes(table);
  try {
    return new Crc32cFold(new face.Instance(new face.Module(bytes)).exports);
  } catch {
    // A CompileError where code or these instructions are not allowed, a RangeError where memory is: tables will do.
    return null;
  }
}
