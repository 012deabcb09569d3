/** Characters (UTF-16 code units) as ascending pairs of first and last; `negated` turns the set around. */
export interface CharSet {
  readonly ranges: readonly number[];
  readonly negated: boolean;
}

const digitRanges = [0x30, 0x39];
const wordRanges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const spaceRanges = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f,
  0x3000, 0x3000, 0xfeff, 0xfeff,
];

/** `.`: everything but line ends, as in JavaScript. */
export const anyButLineEnd: CharSet = { ranges: [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029], negated: true };

/** Set of a class escape (`d`, `w`, `s` and their capitals), or null for any other letter. */
export function classEscape(letter: string): CharSet | null {
  switch (letter) {
    case 'd':
      return { ranges: digitRanges, negated: false };
    case 'D':
      return { ranges: digitRanges, negated: true };
    case 'w':
      return { ranges: wordRanges, negated: false };
    case 'W':
      return { ranges: wordRanges, negated: true };
    case 's':
      return { ranges: spaceRanges, negated: false };
    case 'S':
      return { ranges: spaceRanges, negated: true };
    default:
      return null;
  }
}

/** Set of one character. */
export function singleChar(code: number): CharSet {
  return { ranges: [code, code], negated: false };
}

/** The ranges of a set with its negation worked in. */
export function plainRanges(set: CharSet): readonly number[] {
  if (!set.negated) return set.ranges;
  const sorted: [number, number][] = [];
  for (let i = 0; i < set.ranges.length; i += 2) sorted.push([set.ranges[i] ?? 0, set.ranges[i + 1] ?? 0]);
  sorted.sort((left, right) => left[0] - right[0]);
  const ranges: number[] = [];
  let from = 0;
  for (const [first, last] of sorted) {
    if (first > from) ranges.push(from, first - 1);
    from = Math.max(from, last + 1);
  }
  if (from <= 0xffff) ranges.push(from, 0xffff);
  return ranges;
}

/** Tells whether `\b` sees a word character. */
export function isWordChar(code: number): boolean {
  return inRanges(wordRanges, code);
}

/** Tells whether a set has a character; ignoring case, either case of it will do. */
export function hasChar(set: CharSet, code: number, ignoreCase: boolean): boolean {
  let inside = inRanges(set.ranges, code);
  if (!inside && ignoreCase) {
    const text = String.fromCharCode(code);
    inside =
      inRanges(set.ranges, otherCase(text.toLowerCase(), code)) ||
      inRanges(set.ranges, otherCase(text.toUpperCase(), code));
  }
  return inside !== set.negated;
}

/** A case form of one code unit; forms of several (German sharp s) do not count. */
function otherCase(form: string, code: number): number {
  return form.length === 1 ? form.charCodeAt(0) : code;
}

function inRanges(ranges: readonly number[], code: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (code >= (ranges[i] ?? 0) && code <= (ranges[i + 1] ?? -1)) return true;
  }
  return false;
}
