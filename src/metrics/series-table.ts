import { otherLabel } from './client-table.ts';

/** A running sum. */
export interface Counter {
  value: number;
}

/**
 * The series of one metric by their label values. Looking one up joins its labels, so whoever counts keeps the cell.
 * Beyond `seriesMax` combinations everything counts into one series whose labels are all `other`.
 */
export class SeriesTable<Cell> {
  readonly #cells = new Map<string, { readonly labels: readonly string[]; readonly cell: Cell }>();
  readonly #seriesMax: number;
  readonly #make: () => Cell;
  #folded = 0;

  constructor(seriesMax: number, make: () => Cell) {
    this.#seriesMax = seriesMax;
    this.#make = make;
  }

  /** How often a combination found no place of its own. */
  get folded(): number {
    return this.#folded;
  }

  /** The cell of a combination of labels. */
  cell(...labels: readonly string[]): Cell {
    const key = labels.join('\u0000');
    const known = this.#cells.get(key);
    if (known !== undefined) return known.cell;
    if (this.#cells.size < this.#seriesMax) return this.#add(key, labels);
    this.#folded += 1;
    const others = labels.map(() => otherLabel);
    const otherKey = others.join('\u0000');
    return this.#cells.get(otherKey)?.cell ?? this.#add(otherKey, others);
  }

  /** Every series in the order of its first appearance, as `figures` of its cell. */
  list<Figures>(figures: (cell: Cell, labels: readonly string[]) => Figures): Figures[] {
    const list: Figures[] = [];
    for (const { labels, cell } of this.#cells.values()) list.push(figures(cell, labels));
    return list;
  }

  #add(key: string, labels: readonly string[]): Cell {
    const cell = this.#make();
    this.#cells.set(key, { labels, cell });
    return cell;
  }
}

/** A table of running sums. */
export function counterTable(seriesMax: number): SeriesTable<Counter> {
  return new SeriesTable<Counter>(seriesMax, () => ({ value: 0 }));
}
