import { waitFieldsOf } from '../apis/index.ts';
import type { WalkFacts } from '../protocol/walk.ts';

/** The few numbers of a request that its answer is judged by, such as how long a Fetch wished to wait. */
export class AskedFields {
  readonly #names: readonly string[];
  readonly #values: readonly (number | null)[];

  constructor(names: readonly string[], values: readonly (number | null)[]) {
    this.#names = names;
    this.#values = values;
  }

  /** The value of a field; null when the request, or its version, has none. */
  of(name: string): number | null {
    return this.#values[this.#names.indexOf(name)] ?? null;
  }
}

/** What must be remembered of a walked request until its answer comes; null for most APIs, which have no such field. */
export function askedFieldsOf(apiKey: number, facts: WalkFacts): AskedFields | null {
  const names = waitFieldsOf(apiKey);
  if (names.length === 0) return null;
  const values: (number | null)[] = [];
  for (const name of names) values.push(facts.topLevel(name));
  return new AskedFields(names, values);
}
