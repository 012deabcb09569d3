import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BurstMemory, BurstReader, burstBytes, recordBytesMax } from '../../src/proxy/burst-reader.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';

/** An event loop by hand: `turn` is when it has read all sockets. */
class Loop {
  readonly budget: ReadBufferBudget;
  readonly memory: BurstMemory;
  #tasks: (() => void)[] = [];

  constructor(largeMax?: number) {
    this.budget = new ReadBufferBudget(largeMax);
    this.memory = new BurstMemory(this.budget, (task) => this.#tasks.push(task));
  }

  turn(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }

  get asked(): number {
    return this.#tasks.length;
  }
}

/** A socket's end: what it was told, and what its writes still refer to. */
class Target {
  readonly reader: BurstReader;
  readonly pieces: Uint8Array[] = [];
  /** Bytes of the pieces when they came, beside the views of them that a write under way holds. */
  readonly copies: Uint8Array[] = [];
  ended = 0;
  onBytes: () => void = () => undefined;

  constructor(memory: BurstMemory) {
    this.reader = new BurstReader(memory, {
      bytesArrived: (bytes) => {
        this.pieces.push(bytes);
        // `slice` of a Buffer would be a view.
        this.copies.push(new Uint8Array(bytes));
        this.onBytes();
      },
      peerEnded: () => {
        this.ended += 1;
      },
    });
  }

  get sizes(): number[] {
    return this.copies.map(({ length }) => length);
  }
}

function record(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

describe('BurstReader', () => {
  test('records of one burst are one piece, told when the loop has read all sockets', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    target.reader.resume();
    for (let fill = 1; fill <= 7; fill += 1) target.reader.add(record(recordBytesMax, fill));
    expect([target.sizes, loop.asked]).toEqual([[], 1]);
    loop.turn();
    expect(target.sizes).toEqual([7 * recordBytesMax]);
    expect([target.copies[0]?.[0], target.copies[0]?.at(-1)]).toEqual([1, 7]);
    loop.turn();
    expect(target.sizes.length).toBe(1);
  });

  test('a burst is over when another socket brings a record', () => {
    const loop = new Loop();
    const one = new Target(loop.memory);
    const two = new Target(loop.memory);
    for (const { reader } of [one, two]) reader.resume();
    one.reader.add(record(10, 1));
    two.reader.add(record(20, 2));
    expect([one.sizes, two.sizes]).toEqual([[10], []]);
    one.reader.add(record(30, 3));
    expect([one.sizes, two.sizes]).toEqual([[10], [20]]);
    expect(loop.asked).toBe(1);
    loop.turn();
    expect([one.sizes, two.sizes]).toEqual([[10, 30], [20]]);
  });

  test('a burst is over when a socket without TLS is read; the loop’s turn finds nothing to do', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    target.reader.resume();
    loop.memory.endBurst();
    target.reader.add(record(10, 1));
    loop.memory.endBurst();
    expect(target.sizes).toEqual([10]);
    target.reader.add(record(20, 2));
    expect([target.sizes, loop.asked]).toEqual([[10], 1]);
    loop.turn();
    expect(target.sizes).toEqual([10, 20]);
  });

  test('a full buffer does not wait, and is the one that is filled again', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    target.reader.resume();
    for (let count = 0; count < 20; count += 1) target.reader.add(record(recordBytesMax, count));
    loop.turn();
    expect(target.sizes).toEqual([burstBytes, 4 * recordBytesMax]);
    expect(target.pieces[1]?.buffer).toBe(target.pieces[0]?.buffer);
  });

  test('holds nothing between bursts; the next one, of whichever socket, gets the same buffer', () => {
    const loop = new Loop();
    const one = new Target(loop.memory);
    const two = new Target(loop.memory);
    one.reader.resume();
    two.reader.resume();
    one.reader.add(record(10, 1));
    expect(loop.budget.largeInUse).toBe(1);
    loop.turn();
    expect(loop.budget.largeInUse).toBe(0);
    two.reader.add(record(10, 2));
    loop.turn();
    expect(two.pieces[0]?.buffer).toBe(one.pieces[0]?.buffer);
  });

  test('paused from within, what was delivered stays as it is until it resumes', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    const other = new Target(loop.memory);
    target.onBytes = () => target.reader.pause();
    target.reader.resume();
    other.reader.resume();
    target.reader.add(record(100, 1));
    loop.turn();
    target.reader.add(record(50, 2));
    other.reader.add(record(100, 3));
    loop.turn();
    expect([target.sizes, other.sizes]).toEqual([[100], [100]]);
    expect(new Uint8Array(target.pieces[0] ?? [])).toEqual(record(100, 1));
    target.reader.resume();
    expect(target.sizes).toEqual([100, 50]);
    expect(target.copies[1]).toEqual(record(50, 2));
  });

  test('paused at the end of its buffer, the rest moves to another and a write keeps the first', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    target.reader.resume();
    for (let count = 0; count < 15; count += 1) target.reader.add(record(recordBytesMax, 1));
    target.onBytes = () => target.reader.pause();
    loop.turn();
    for (const fill of [2, 3, 4]) target.reader.add(record(recordBytesMax, fill));
    loop.turn();
    expect(new Uint8Array(target.pieces[0] ?? [])).toEqual(record(15 * recordBytesMax, 1));
    expect(loop.budget.largeInUse).toBe(1);
    target.onBytes = () => undefined;
    target.reader.resume();
    expect(target.sizes).toEqual([15 * recordBytesMax, 3 * recordBytesMax]);
    expect(target.copies[1]?.subarray(recordBytesMax, 2 * recordBytesMax)).toEqual(record(recordBytesMax, 3));
    expect(new Uint8Array(target.pieces[0] ?? [])).toEqual(record(15 * recordBytesMax, 1));
    expect(loop.budget.largeInUse).toBe(0);
  });

  test('the end is told behind all bytes, once, and at once where there are none', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    target.reader.add(record(10, 1));
    target.reader.end();
    loop.turn();
    expect([target.sizes, target.ended]).toEqual([[], 0]);
    target.reader.resume();
    expect([target.sizes, target.ended]).toEqual([[10], 1]);
    target.reader.resume();
    loop.turn();
    expect(target.ended).toBe(1);
    const paused = new Target(loop.memory);
    paused.reader.end();
    expect(paused.ended).toBe(1);
  });

  test('closed from within, nothing more is told and its buffer is nobody’s', () => {
    const loop = new Loop();
    const target = new Target(loop.memory);
    target.onBytes = () => target.reader.close();
    target.reader.resume();
    target.reader.add(record(10, 1));
    loop.turn();
    target.reader.add(record(10, 2));
    target.reader.end();
    target.reader.resume();
    loop.turn();
    expect([target.sizes, target.ended, loop.budget.largeInUse]).toEqual([[10], 0, 0]);
  });

  test('where the budget is used up a burst is small, and nothing is lost', () => {
    const loop = new Loop(1);
    const holder = new Target(loop.memory);
    holder.reader.add(record(1, 1));
    const target = new Target(loop.memory);
    target.reader.resume();
    for (let fill = 1; fill <= 5; fill += 1) target.reader.add(record(recordBytesMax, fill));
    loop.turn();
    expect(target.sizes).toEqual([2 * recordBytesMax, 2 * recordBytesMax, recordBytesMax]);
    // The small one is used again as well: a proxy of many connections would else make garbage of every burst.
    expect(target.pieces[2]?.buffer).toBe(target.pieces[0]?.buffer);
    // More than the small buffer holds, while paused.
    target.reader.pause();
    for (let fill = 1; fill <= 5; fill += 1) target.reader.add(record(recordBytesMax, fill));
    target.reader.resume();
    expect(target.sizes.at(-1)).toBe(5 * recordBytesMax);
    holder.reader.close();
    expect(loop.budget.largeInUse).toBe(0);
  });

  test('any order of records, pauses, resumes and turns: bytes equal, in order, never delivered paused, nothing after the close', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ add: fc.integer({ min: 1, max: recordBytesMax }), to: fc.nat({ max: 2 }) }) },
      { weight: 1, arbitrary: fc.record({ pause: fc.nat({ max: 2 }) }) },
      { weight: 2, arbitrary: fc.record({ resume: fc.nat({ max: 2 }) }) },
      { weight: 1, arbitrary: fc.record({ end: fc.nat({ max: 2 }) }) },
      { weight: 1, arbitrary: fc.record({ close: fc.nat({ max: 2 }) }) },
      { weight: 2, arbitrary: fc.constant({ turn: true }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat({ max: 3 }), fc.boolean(), (steps, largeMax, pausing) => {
        const loop = new Loop(largeMax);
        const sides = [0, 1, 2].map(() => new Side(loop.memory, pausing));
        for (const [index, each] of steps.entries()) {
          if ('turn' in each) loop.turn();
          else if ('add' in each) sides[each.to]?.add(record(each.add, index % 251));
          else if ('pause' in each) sides[each.pause]?.pause();
          else if ('resume' in each) sides[each.resume]?.resume();
          else if ('end' in each) sides[each.end]?.end();
          else sides[each.close]?.close();
          for (const side of sides) side.check();
        }
        for (const side of sides) side.finish(loop);
        expect(loop.budget.largeInUse).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

/** One socket of the property: the model of what it must say. */
class Side {
  readonly #target: Target;
  /** What was sent and has not been told. */
  readonly #sent: Uint8Array[] = [];
  readonly #pausing: boolean;
  #paused = true;
  #ended = false;
  #closed = false;
  #told = 0;
  #checked = 0;
  /** Pieces whose write is under way: they must stay as they came. */
  #inUse = 0;

  constructor(memory: BurstMemory, pausing: boolean) {
    this.#target = new Target(memory);
    this.#pausing = pausing;
    this.#target.onBytes = () => {
      expect([this.#paused, this.#closed, this.#target.ended]).toEqual([false, false, 0]);
      this.#told += 1;
      if (this.#pausing && this.#told % 2 === 0) {
        this.#inUse = this.#target.pieces.length;
        this.pause();
      }
    };
  }

  add(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (!this.#closed) this.#sent.push(bytes);
    this.#target.reader.add(bytes);
  }

  pause(): void {
    this.#paused = true;
    this.#target.reader.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#inUse = 0;
    this.#target.reader.resume();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#target.reader.end();
  }

  close(): void {
    this.#closed = true;
    this.#target.reader.close();
  }

  check(): void {
    const last = this.#inUse - 1;
    if (last >= 0) expect(Buffer.compare(this.#piece(last), this.#copy(last))).toBe(0);
    for (; this.#checked < this.#target.copies.length; this.#checked += 1) {
      let piece = this.#copy(this.#checked);
      while (piece.length > 0) {
        const awaited = this.#sent[0] ?? new Uint8Array(0);
        const same = Math.min(piece.length, awaited.length);
        // Bytes nobody sent would find nothing to be compared with.
        expect(same).toBeGreaterThan(0);
        expect(Buffer.compare(piece.subarray(0, same), awaited.subarray(0, same))).toBe(0);
        piece = piece.subarray(same);
        if (same === awaited.length) this.#sent.shift();
        else this.#sent[0] = awaited.subarray(same);
      }
    }
  }

  finish(loop: Loop): void {
    for (let pieces = -1; pieces < this.#target.copies.length; ) {
      pieces = this.#target.copies.length;
      this.resume();
      loop.turn();
      this.check();
    }
    if (!this.#closed) expect([this.#sent.length, this.#target.ended]).toEqual([0, this.#ended ? 1 : 0]);
    const { ended, copies } = this.#target;
    const count = copies.length;
    this.close();
    this.#target.reader.add(record(1, 1));
    this.#target.reader.end();
    loop.turn();
    expect([copies.length, this.#target.ended]).toEqual([count, ended]);
  }

  #piece(index: number): Uint8Array {
    return this.#target.pieces[index] ?? new Uint8Array(0);
  }

  #copy(index: number): Uint8Array {
    return this.#target.copies[index] ?? new Uint8Array(0);
  }
}
