import { InvalidArgumentError } from 'commander';
import { replaySpeedMax } from '../runtime/replay-clock.ts';

/** Reads `--speed`: `1`, `0.5`, `10x`, `max`. */
export function parseReplaySpeed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const match = /^(\d{1,6}(?:\.\d{1,3})?)x?$/.exec(text);
  const speed = match === null ? Number.NaN : Number(match[1]);
  if (!(speed > 0) || speed > replaySpeedMax) {
    throw new InvalidArgumentError(`write a number above 0 and up to ${replaySpeedMax}, or max.`);
  }
  return speed;
}
