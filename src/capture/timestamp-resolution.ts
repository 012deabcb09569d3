/**
 * The clock of a pcapng interface: `if_tsresol` (a power of ten, or of two with the top bit set) and `if_tsoffset`
 * (seconds to add). Turns its 64-bit tick counts into epoch microseconds.
 */
export class TimestampResolution {
  readonly #resolution: number;
  readonly #offsetUs: number;
  /** Ticks per microsecond when that is a whole number small enough for exact doubles; 0 otherwise. */
  readonly #ticksPerUs: number;

  constructor(resolution: number, offsetSeconds: bigint) {
    this.#resolution = resolution;
    this.#offsetUs = Number(offsetSeconds) * 1_000_000;
    this.#ticksPerUs = resolution >= 6 && resolution <= 12 ? 10 ** (resolution - 6) : 0;
  }

  /** Microseconds since the epoch of the tick count `high` · 2³² + `low`, rounded down. */
  toUs(high: number, low: number): number {
    const ticksPerUs = this.#ticksPerUs;
    if (ticksPerUs === 0) return this.#slowToUs(high, low);
    // Nanoseconds since 1970 need 61 bits. Dividing the upper half first keeps every step below 2⁵³, thus exact.
    const quotient = Math.floor(high / ticksPerUs);
    const rest = (high - quotient * ticksPerUs) * 4_294_967_296 + low;
    return quotient * 4_294_967_296 + Math.floor(rest / ticksPerUs) + this.#offsetUs;
  }

  #slowToUs(high: number, low: number): number {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    const exponent = BigInt(this.#resolution & 0x7f);
    const ticksPerSecond = (this.#resolution & 0x80) === 0 ? 10n ** exponent : 1n << exponent;
    return Number((ticks * 1_000_000n) / ticksPerSecond) + this.#offsetUs;
  }
}

/** The resolution of an interface that states none: microseconds. */
export const microsecondResolution = new TimestampResolution(6, 0n);
