import { setImmediate } from 'node:timers/promises';

/** Longest time that rendering holds the thread at once: it is the data path's thread. */
const sliceMs = 2;

/** Puts pieces together and lets the data path work in between. */
export async function slicedText(pieces: Iterable<string>): Promise<string> {
  const parts: string[] = [];
  let sliceEnd = performance.now() + sliceMs;
  for (const piece of pieces) {
    parts.push(piece);
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + sliceMs;
  }
  return parts.join('');
}
