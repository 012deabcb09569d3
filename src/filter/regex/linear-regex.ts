import { hasChar, isWordChar } from './char-set.ts';
import { PatternError, parseRegex } from './parse-regex.ts';
import { compileProgram, type Program } from './program.ts';

/** States kept before the table is thrown away and begun anew. */
const statesMax = 256;

/** Characters beyond ASCII whose next state one state remembers. */
const otherCharsMax = 64;

/** What stands before a position, for `^` and `\b`. */
type Before = 'start' | 'word' | 'other';

/** What stands after a position, for `$` and `\b`. */
type After = 'end' | 'word' | 'other';

/** A set of places in the program, and where its transitions lead; filled in while matching. */
class State {
  readonly places: readonly number[];
  readonly before: Before;
  readonly ascii: (State | undefined)[] = new Array(128);
  readonly others: Map<number, State> = new Map();
  matchesAtEnd: boolean | null = null;

  constructor(places: readonly number[], before: Before) {
    this.places = places;
    this.before = before;
  }
}

/** Reached when the pattern has matched; nothing that follows can change that. */
const matched = new State([], 'other');

/**
 * A pattern that answers yes or no in time linear in the text, whatever the pattern: all ways to match are followed at
 * once (Thompson), and sets of places seen before are remembered as states of a DFA that is built while it is used.
 * No pattern can hang the program, which JavaScript's own backtracking matcher cannot promise.
 */
export class LinearRegex {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly #program: Program;
  readonly #visited: Uint8Array;
  #states = new Map<string, State>();
  #first: State;

  private constructor(source: string, ignoreCase: boolean, program: Program) {
    this.source = source;
    this.ignoreCase = ignoreCase;
    this.#program = program;
    this.#visited = new Uint8Array(program.kinds.length);
    this.#first = this.#state([0], 'start');
  }

  /** The compiled pattern, or why it is refused and at which offset. */
  static compile(source: string, ignoreCase: boolean): LinearRegex | PatternError {
    try {
      return new LinearRegex(source, ignoreCase, compileProgram(parseRegex(source)));
    } catch (error) {
      if (error instanceof PatternError) return error;
      throw error;
    }
  }

  /** Tells whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    let state = this.#first;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      state = (code < 128 ? state.ascii[code] : state.others.get(code)) ?? this.#step(state, code);
      if (state === matched) return true;
    }
    state.matchesAtEnd ??= this.#closure(state, 'end').matches;
    return state.matchesAtEnd;
  }

  #step(state: State, code: number): State {
    const word = isWordChar(code);
    const closure = this.#closure(state, word ? 'word' : 'other');
    const next = closure.matches ? matched : this.#consume(closure.places, code, word);
    if (code < 128) state.ascii[code] = next;
    else if (state.others.size < otherCharsMax) state.others.set(code, next);
    return next;
  }

  /** Where the places lead by one character. Place 0 joins always: a match may begin anywhere. */
  #consume(places: readonly number[], code: number, word: boolean): State {
    const { kinds, sets, next } = this.#program;
    const reached = new Set<number>([0]);
    for (const place of places) {
      const set = sets[place];
      if (kinds[place] === 'char' && set !== undefined && set !== null && hasChar(set, code, this.ignoreCase)) {
        reached.add(next[place] ?? 0);
      }
    }
    return this.#state(
      [...reached].sort((left, right) => left - right),
      word ? 'word' : 'other',
    );
  }

  #state(places: readonly number[], before: Before): State {
    const key = `${before}:${places.join(',')}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = new State(places, before);
      if (this.#states.size >= statesMax) this.#forget();
      this.#states.set(key, state);
    }
    return state;
  }

  /** Drops all states but a fresh first one, so that their links cannot keep the old ones alive. */
  #forget(): void {
    this.#states = new Map();
    this.#first = new State([0], 'start');
    this.#states.set('start:0', this.#first);
  }

  /** All places reachable without a character, given what stands on both sides. */
  #closure(state: State, after: After): { readonly places: readonly number[]; readonly matches: boolean } {
    const { kinds, next, other, assertions } = this.#program;
    const visited = this.#visited.fill(0);
    const pending = [...state.places];
    const places: number[] = [];
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      if (visited[place] === 1) continue;
      visited[place] = 1;
      const kind = kinds[place];
      if (kind === 'match') return { places, matches: true };
      if (kind === 'char') places.push(place);
      else if (kind === 'split') pending.push(next[place] ?? 0, other[place] ?? 0);
      else if (holds(assertions[place] ?? null, state.before, after)) pending.push(next[place] ?? 0);
    }
    return { places, matches: false };
  }
}

function holds(assertion: Program['assertions'][number], before: Before, after: After): boolean {
  switch (assertion) {
    case 'start':
      return before === 'start';
    case 'end':
      return after === 'end';
    case 'word':
      return (before === 'word') !== (after === 'word');
    case 'not-word':
      return (before === 'word') === (after === 'word');
    default:
      return true;
  }
}
