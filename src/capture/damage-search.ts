import type { ChunkBuffer } from './chunk-buffer.ts';
import type { DamageTally } from './damage-tally.ts';

/**
 * Steps behind a damage byte by byte to where `begins` says that readable parts follow one another again; it says null
 * when it needs more bytes to tell, and is asked only where there are `headerBytes`. Counts what it steps over. False
 * while more bytes are needed.
 */
export function stepBehindDamage(
  buffer: ChunkBuffer,
  damage: DamageTally,
  headerBytes: number,
  begins: () => boolean | null,
): boolean {
  const before = buffer.offset;
  let found: boolean | null = false;
  while (found === false && buffer.holdsWide(headerBytes)) {
    found = begins();
    if (found === false) buffer.consume(1);
  }
  damage.skipped(buffer.offset - before);
  return found === true;
}
