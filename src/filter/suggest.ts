/** Edits (insert, drop, replace, swap of neighbours) that turn one word into another, or `max + 1` when more are needed. */
export function editDistance(left: string, right: string, max: number): number {
  if (Math.abs(left.length - right.length) > max) return max + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > max) return max + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[right.length] ?? 0, max + 1);
}

/** The word of a list that was probably meant, or null when none is near. Case does not count. */
export function nearest(word: string, words: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  const max = Math.max(1, Math.floor(wanted.length / 3));
  let found: string | null = null;
  let distance = max + 1;
  for (const candidate of words) {
    const lower = candidate.toLowerCase();
    const edits = editDistance(wanted, lower, max);
    if (edits < distance) {
      found = candidate;
      distance = edits;
    }
  }
  if (found !== null || wanted.length < 3) return found;
  for (const candidate of words) if (candidate.toLowerCase().includes(wanted)) return candidate;
  return null;
}

/** `; did you mean X?` for the nearest word, or nothing. */
export function didYouMean(word: string, words: Iterable<string>): string {
  const found = nearest(word, words);
  return found === null ? '' : `; did you mean ${found}?`;
}
