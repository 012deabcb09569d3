import { expect, it } from 'vitest';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { ChunkBuffer } from '../../src/capture/chunk-buffer.ts';
import { stepBehindDamage } from '../../src/capture/damage-search.ts';
import { DamageTally } from '../../src/capture/damage-tally.ts';
import { LimitCounter } from '../../src/capture/limits.ts';

/** A search for a 7 behind which a byte must be there to prove it. */
function searchFor7(): { buffer: ChunkBuffer; search: () => boolean; cost: () => unknown } {
  const buffer = new ChunkBuffer();
  const damage = new DamageTally(5, new LimitCounter());
  damage.found(new CaptureError('KS_CAPTURE_DAMAGED', 'the record is damaged and reading stops', { offset: 0 }));
  const begins = () => {
    if (buffer.bytes[buffer.at] !== 7) return false;
    return buffer.holdsWide(2) ? true : null;
  };
  const cost = () => {
    try {
      damage.tell(false);
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
    return null;
  };
  return { buffer, search: () => stepBehindDamage(buffer, damage, 1, begins), cost };
}

it('stops where something begins, and counts what it stepped over', () => {
  const { buffer, search, cost } = searchFor7();
  buffer.push(Uint8Array.of(1, 2, 3, 7, 0));
  expect([search(), buffer.offset]).toEqual([true, 3]);
  expect(cost()).toContain('3 bytes were stepped over');
});

it('waits where more bytes must tell, and goes on from there', () => {
  const { buffer, search, cost } = searchFor7();
  buffer.push(Uint8Array.of(1, 7));
  expect([search(), buffer.offset]).toEqual([false, 1]);
  buffer.push(Uint8Array.of(9));
  expect([search(), buffer.offset]).toEqual([true, 1]);
  expect(cost()).toContain('1 byte');
});

it('steps over everything where nothing begins', () => {
  const { buffer, search } = searchFor7();
  buffer.push(Uint8Array.of(1, 2));
  expect([search(), buffer.offset, buffer.available]).toEqual([false, 2, 0]);
});
