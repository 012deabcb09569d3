/** Units of durations, in microseconds. */
export const durationUnits: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** Units of sizes, in bytes: KB is 1000, KiB is 1024. */
export const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** Factors of plain numbers. */
export const numberUnits: Readonly<Record<string, number>> = { k: 1_000, M: 1_000_000 };

/** A number as written: digits, and the letters right behind them ('' when there are none). */
export interface WrittenNumber {
  readonly digits: string;
  readonly unit: string;
}

/** Takes a word apart into number and unit; null when it is no number. `µs` is `us`. */
export function writtenNumber(word: string): WrittenNumber | null {
  const found = /^([+-]?\d{1,30}(?:\.\d{1,30})?)([A-Za-zµ%]*)$/.exec(word);
  if (found === null) return null;
  return { digits: (found[1] ?? '').replace(/^\+/, ''), unit: (found[2] ?? '').replace('µ', 'u') };
}

/** The unit of a table that a word means: exactly, else whatever its case when that is clear. */
export function unitNamed(units: Readonly<Record<string, number>>, word: string): string | null {
  if (Object.hasOwn(units, word)) return word;
  const alike = Object.keys(units).filter((unit) => unit.toLowerCase() === word.toLowerCase());
  return alike.length === 1 ? (alike[0] ?? null) : null;
}
