/** How much later than it could a broker answers. */
export interface Slowness {
  readonly baseMs: number;
  readonly jitterMs: number;
}

/** The knobs that make a broker misbehave as real ones do: slow answers, and a coordinator that is still loading. */
export class Faults {
  readonly #slow = new Map<number, Slowness>();
  readonly #random: () => number;
  #coordinatorLoadingUntilMs = 0;

  /** `random` yields numbers in [0, 1); the demo seeds it. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Makes a broker answer late; null makes it well again. */
  slowBroker(nodeId: number, slowness: Slowness | null): void {
    if (slowness === null) this.#slow.delete(nodeId);
    else this.#slow.set(nodeId, slowness);
  }

  /** Coordinators answer COORDINATOR_LOAD_IN_PROGRESS until then. */
  loadCoordinatorsUntil(atMs: number): void {
    this.#coordinatorLoadingUntilMs = atMs;
  }

  coordinatorLoading(nowMs: number): boolean {
    return nowMs < this.#coordinatorLoadingUntilMs;
  }

  /** Milliseconds by which this broker's next answer is late; 0 for a healthy one. */
  delayMs(nodeId: number): number {
    const slowness = this.#slow.get(nodeId);
    return slowness === undefined ? 0 : slowness.baseMs + this.#random() * slowness.jitterMs;
  }
}
