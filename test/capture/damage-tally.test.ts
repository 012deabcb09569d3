import { expect, it } from 'vitest';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { DamageTally } from '../../src/capture/damage-tally.ts';
import { LimitCounter } from '../../src/capture/limits.ts';

const damaged = (offset: number) =>
  new CaptureError(
    'KS_CAPTURE_DAMAGED',
    `the record at byte ${offset} is damaged and reading stops; everything before it was read`,
    { offset },
  );

it('says nothing where nothing was damaged', () => {
  expect(() => new DamageTally(5, new LimitCounter()).tell(false)).not.toThrow();
});

it('says the first place, how many, and what they cost', () => {
  const tally = new DamageTally(5, new LimitCounter());
  tally.found(damaged(40));
  tally.skipped(100);
  expect(() => tally.tell(false)).toThrow(
    /^the record at byte 40 is damaged; 100 bytes were stepped over \(reading went on behind the damage\): copy/,
  );
  tally.found(damaged(900));
  tally.skipped(11);
  expect(() => tally.tell(true)).toThrow(/111 bytes were stepped over \(2 places like it, .* up to the last, behind/);
});

it('lets the only damage speak for itself where nothing could be read behind it', () => {
  const tally = new DamageTally(5, new LimitCounter());
  tally.found(damaged(40));
  expect(() => tally.tell(true)).toThrow(/and reading stops; everything before it was read$/);
});

it('gives up a file that is made of damage', () => {
  const counter = new LimitCounter();
  const tally = new DamageTally(2, counter);
  tally.found(damaged(1));
  tally.found(damaged(2));
  expect(() => tally.found(damaged(3))).toThrow(/byte 3/);
  expect(counter.counts()).toEqual({ damagedPlacesMax: 1 });
});
