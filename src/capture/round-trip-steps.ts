/** Steps per doubling in the spread of round-trip times: a median is right within an eighth. */
const stepsPerOctave = 4;
/** Up to 2²⁶ µs, a minute; longer ones count as that. */
const octaves = 26;
const stepsEach = octaves * stepsPerOctave;
/** Spreads that share one piece of memory; one each would cost more than its numbers. */
const spreadsEach = 256;
const countMax = 65_535;

/**
 * How round-trip times of many streams spread, each in a slot of its own. The few counts beyond 65,535 go on in a map.
 */
export class RoundTripSteps {
  readonly #slabs: Uint16Array[] = [];
  readonly #free: number[] = [];
  /** By slot and step: what a full count could not take. */
  readonly #beyond = new Map<number, number>();
  #slots = 0;

  /** A slot, empty. */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const slot = this.#slots;
    this.#slots += 1;
    if (slot % spreadsEach === 0) this.#slabs.push(new Uint16Array(stepsEach * spreadsEach));
    return slot;
  }

  /** The slot is nobody's any more. */
  giveBack(slot: number): void {
    const at = this.#at(slot);
    const slab = this.#slabOf(slot);
    for (let step = 0; step < stepsEach; step += 1) {
      if (slab[at + step] === countMax) this.#beyond.delete(slot * stepsEach + step);
      slab[at + step] = 0;
    }
    this.#free.push(slot);
  }

  add(slot: number, us: number): void {
    const slab = this.#slabOf(slot);
    const step = stepOf(us);
    const place = this.#at(slot) + step;
    const count = slab[place] ?? 0;
    if (count < countMax) slab[place] = count + 1;
    else this.#beyond.set(slot * stepsEach + step, (this.#beyond.get(slot * stepsEach + step) ?? 0) + 1);
  }

  /** The middle of the step that holds the median; 0 where nothing was added. */
  medianUs(slot: number): number {
    let count = 0;
    for (let step = 0; step < stepsEach; step += 1) count += this.#count(slot, step);
    let left = Math.ceil(count / 2);
    for (let step = 0; step < stepsEach && count > 0; step += 1) {
      left -= this.#count(slot, step);
      if (left <= 0) return middleOf(step);
    }
    return 0;
  }

  #count(slot: number, step: number): number {
    const count = this.#slabOf(slot)[this.#at(slot) + step] ?? 0;
    return count < countMax ? count : countMax + (this.#beyond.get(slot * stepsEach + step) ?? 0);
  }

  #slabOf(slot: number): Uint16Array {
    return this.#slabs[Math.floor(slot / spreadsEach)] ?? new Uint16Array(0);
  }

  #at(slot: number): number {
    return (slot % spreadsEach) * stepsEach;
  }
}

/** Steps 0 to 3 hold as many microseconds; from 4 µs on each doubling has four. */
function stepOf(us: number): number {
  const whole = Math.min(us, 2 ** octaves - 1) | 0;
  if (whole < stepsPerOctave) return whole;
  const octave = 31 - Math.clz32(whole);
  return (octave - 1) * stepsPerOctave + ((whole >> (octave - 2)) & 3);
}

function middleOf(step: number): number {
  if (step < stepsPerOctave) return step;
  const octave = Math.floor(step / stepsPerOctave) + 1;
  const width = 2 ** (octave - 2);
  return Math.floor((stepsPerOctave + (step % stepsPerOctave)) * width + width / 2);
}
