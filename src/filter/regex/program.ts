import type { CharSet } from './char-set.ts';
import { type Assertion, PatternError, type RegexNode } from './parse-regex.ts';

/** Largest program; it bounds the work for one character of text. */
export const programPlacesMax = 1000;

/**
 * A pattern as places of a non-deterministic automaton, column by column. Place 0 is the start. `char` consumes one
 * character and goes to `next`, `split` goes to `next` and `other`, `assert` goes to `next` if it holds.
 */
export interface Program {
  readonly kinds: readonly ('char' | 'split' | 'assert' | 'match')[];
  readonly sets: readonly (CharSet | null)[];
  readonly assertions: readonly (Assertion | null)[];
  readonly next: readonly number[];
  readonly other: readonly number[];
}

/** Translates a parsed pattern; repetition counts are written out, so a small pattern may be too large. */
export function compileProgram(node: RegexNode): Program {
  const writer = new ProgramWriter();
  writer.write(node);
  writer.add('match', null, null);
  return writer;
}

/** Writes places one after the other; every piece begins at the place it is written to and ends after its last. */
class ProgramWriter implements Program {
  readonly kinds: ('char' | 'split' | 'assert' | 'match')[] = [];
  readonly sets: (CharSet | null)[] = [];
  readonly assertions: (Assertion | null)[] = [];
  readonly next: number[] = [];
  readonly other: number[] = [];
  /** Pieces written; repeating an empty group adds no place, yet must not run for ever. */
  #pieces = 0;

  add(kind: 'char' | 'split' | 'assert' | 'match', set: CharSet | null, assertion: Assertion | null): number {
    const place = this.kinds.length;
    if (place >= programPlacesMax) {
      throw new PatternError(
        `the pattern needs more than ${programPlacesMax} places; use smaller repetition counts`,
        0,
      );
    }
    this.kinds.push(kind);
    this.sets.push(set);
    this.assertions.push(assertion);
    this.next.push(place + 1);
    this.other.push(place + 1);
    return place;
  }

  write(node: RegexNode): void {
    if (++this.#pieces > 8 * programPlacesMax) this.#tooLarge();
    switch (node.kind) {
      case 'char':
        this.add('char', node.set, null);
        return;
      case 'assertion':
        this.add('assert', null, node.assertion);
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'choice':
        this.#choice(node.options);
        return;
      case 'repeat':
        this.#repeat(node.item, node.min, node.max);
    }
  }

  #choice(options: readonly RegexNode[]): void {
    const jumps: number[] = [];
    options.forEach((option, index) => {
      const last = index === options.length - 1;
      const split = last ? -1 : this.add('split', null, null);
      this.write(option);
      if (last) return;
      jumps.push(this.add('split', null, null));
      this.other[split] = this.kinds.length;
    });
    for (const jump of jumps) this.#jump(jump, this.kinds.length);
  }

  #repeat(item: RegexNode, min: number, max: number | null): void {
    for (let i = 0; i < min; i++) this.write(item);
    if (max === null) {
      const split = this.add('split', null, null);
      this.write(item);
      this.#jump(this.add('split', null, null), split);
      this.other[split] = this.kinds.length;
      return;
    }
    const splits: number[] = [];
    for (let i = min; i < max; i++) {
      splits.push(this.add('split', null, null));
      this.write(item);
    }
    for (const split of splits) this.other[split] = this.kinds.length;
  }

  #tooLarge(): never {
    throw new PatternError(`the pattern needs more than ${programPlacesMax} places; use smaller repetition counts`, 0);
  }

  /** A split with both ways to one place is a jump. */
  #jump(place: number, target: number): void {
    this.next[place] = target;
    this.other[place] = target;
  }
}
