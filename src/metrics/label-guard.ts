import { printable } from '../wire/printable.ts';
import { otherLabel } from './client-table.ts';

/** Most characters of one label value: names on the wire may have 32,767. */
export const labelCharactersMax = 200;

/**
 * Bounds the values of one label (client ids, groups: whatever a peer invents): the first `valuesMax` distinct ones
 * stand for themselves, the rest is `other`.
 */
export class LabelGuard {
  readonly #labels = new Map<string, string>();
  readonly #valuesMax: number;
  #folded = 0;

  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
  }

  /** How often a value had to be called `other`. */
  get folded(): number {
    return this.#folded;
  }

  /**
   * The label of a value: cut where it is long, control characters escaped, since people read metrics on terminals.
   * Values that look alike then count as one.
   */
  label(value: string): string {
    const short = printable(value, false, labelCharactersMax);
    const known = this.#labels.get(short);
    if (known !== undefined) return known;
    if (this.#labels.size >= this.#valuesMax) {
      this.#folded += 1;
      return otherLabel;
    }
    this.#labels.set(short, short);
    return short;
  }
}
