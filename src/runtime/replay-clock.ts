/** Fastest finite speed that can be asked for. */
export const replaySpeedMax = 10_000;

/**
 * The clock of a replay: how far in the capture's own time things may have happened by now. Time comes in from
 * outside; nothing here waits. All times are epoch µs: `nowUs` of this machine, the rest of the capture.
 */
export class ReplayClock {
  #speed: number;
  #playing = true;
  /** Capture time reached at `#sinceUs`; null before the first packet. */
  #atUs: number | null = null;
  #sinceUs = 0;
  /** A seek on the way: up to there everything happens at once. */
  #seekUs: number | null = null;

  constructor(speed: number) {
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** True while nothing has to wait. */
  get unbounded(): boolean {
    return this.#seekUs === null && this.#playing && this.#speed === Number.POSITIVE_INFINITY;
  }

  /** Where the capture stands; null before its first packet. */
  positionUs(nowUs: number): number | null {
    if (this.#atUs === null || !this.#playing || this.#speed === Number.POSITIVE_INFINITY) return this.#atUs;
    return this.#atUs + Math.max(0, nowUs - this.#sinceUs) * this.#speed;
  }

  /** Capture time up to which things may happen now. The first packet starts the clock, whenever it comes. */
  dueUs(firstUs: number, nowUs: number): number {
    this.#atUs ??= this.#begin(firstUs, nowUs);
    if (this.#seekUs !== null) return this.#seekUs;
    if (!this.#playing) return this.#atUs;
    return this.#speed === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : (this.positionUs(nowUs) ?? 0);
  }

  /** Milliseconds from now until `atUs` is due; null when only a command can bring it. */
  waitMs(atUs: number, nowUs: number): number | null {
    if (!this.#playing || this.#speed === Number.POSITIVE_INFINITY) return null;
    return Math.max(0, (atUs - (this.positionUs(nowUs) ?? atUs)) / this.#speed / 1000);
  }

  /** Something of the capture happened: an unbounded clock stands where the capture does. */
  happened(atUs: number, nowUs: number): void {
    if (this.#seekUs === null && this.#speed !== Number.POSITIVE_INFINITY && this.#playing) return;
    this.#atUs = Math.max(this.#atUs ?? atUs, atUs);
    this.#sinceUs = nowUs;
  }

  /** The seek arrived: the next packet lies behind it, or there is none. */
  arrived(nowUs: number): void {
    if (this.#seekUs === null) return;
    this.#atUs = this.#seekUs;
    this.#sinceUs = nowUs;
    this.#seekUs = null;
  }

  play(nowUs: number): void {
    this.#sinceUs = nowUs;
    this.#playing = true;
  }

  pause(nowUs: number): void {
    this.#atUs = this.positionUs(nowUs);
    this.#sinceUs = nowUs;
    this.#playing = false;
  }

  setSpeed(speed: number, nowUs: number): void {
    this.#atUs = this.positionUs(nowUs);
    this.#sinceUs = nowUs;
    this.#speed = speed;
  }

  /** Goes to a place. True: the capture must be read anew from its beginning to get there. */
  seek(toUs: number, nowUs: number): boolean {
    const position = this.positionUs(nowUs);
    const back = position !== null && toUs < position;
    if (back) this.#atUs = null;
    this.#seekUs = toUs;
    return back;
  }

  #begin(firstUs: number, nowUs: number): number {
    this.#sinceUs = nowUs;
    return firstUs;
  }
}
