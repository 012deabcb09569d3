/** Time over which looking is weighed against forwarding. */
const windowUs = 20_000;

/** Looking may take this share of the time that forwarding leaves. */
const leftShareMax = 1 / 3;

/** Share of the time that looking may always take, however busy forwarding is. */
const lookingShareMin = 0.02;

/** The same where others keep the processor from us: a share of the time that we are busy, which is little then. */
const starvedShareMin = 0.05;

/**
 * What looking costs beside its own time: the copy of a large frame pushes the traffic's buffers out of the
 * processor's caches, and forwarding gets slower by so much (measured with frames of 100 KiB: 6 µs a request more than
 * the clock said).
 */
const displacedUsPerByte = 0.15 / 1024;

/** Looking beyond the budget that a burst may take before requests are skipped. */
const burstUsMax = 50_000;

/** Frequent requests looked at before costs count: the code is not compiled yet, and what it costs now says nothing. */
const coldRequests = 2_000;

/** The cold start is over after so much looking, too. */
const coldLookingUs = 300_000;

/** The rarest sample: one in so many requests. */
const strideMax = 4096;

/** Of the time we wanted the processor, the share we must have got for idle time to count as time to spare. */
const processorShareMin = 0.7;

const uint32Range = 0x1_0000_0000;

/**
 * APIs whose requests may be skipped: the traffic itself and its heartbeats. All others are looked at whatever it
 * costs: they are rare, and they are what makes names, users and versions known.
 * Produce, Fetch, ListOffsets, OffsetCommit, Heartbeat, OffsetForLeaderEpoch, ConsumerGroupHeartbeat,
 * ShareGroupHeartbeat, ShareFetch, ShareAcknowledge, StreamsGroupHeartbeat.
 */
const frequentKeys: ReadonlySet<number> = new Set([0, 1, 2, 8, 12, 23, 68, 76, 78, 79, 88]);

const frequent = new Uint8Array(128);
for (const apiKey of frequentKeys) frequent[apiKey] = 1;

/** True for an API whose requests may be skipped. */
export function isFrequent(apiKey: number): boolean {
  return frequent[apiKey] === 1;
}

/**
 * Decides which requests are looked at. Looking may take a third of the time that forwarding leaves, and a fiftieth
 * of all time however busy forwarding is: that is enough for all of them, or for a random sample that fits. Where other processes keep the processor from us nothing is to spare, idle or not: looking gets a
 * twentieth of the time we are busy. A burst that takes 50 ms to look at is looked at whole. Owns no clock: times come in.
 */
export class LookBudget {
  /** Cumulative time the event loop had nothing to do, µs. */
  readonly #idleUs: () => number;
  /** Cumulative processor time of this thread, µs. */
  readonly #processorUs: () => number;
  readonly #everything: boolean;
  /** Share of the frequent requests that whoever takes what is shown has room for; null: for all. */
  readonly #room: (() => number) | null;
  #random: number;
  #windowFromUs = -1;
  #idleFromUs = 0;
  #processorFromUs = 0;
  #lookingUs = 0;
  #seen = 0;
  #looked = 0;
  #coldLeft = coldRequests;
  #coldUsLeft = coldLookingUs;
  #lookCostUs = 0;
  #savedUs = burstUsMax;
  #limited = false;
  /** A random uint32 below this is looked at. */
  #threshold = uint32Range;

  /**
   * `everything`: nothing is ever skipped, whatever it costs. `seed` is any number but 0. `room`: the share that may be
   * looked at where what is shown goes through a bounded channel, 0 … 1.
   */
  constructor(
    idleUs: () => number,
    processorUs: () => number,
    options: { readonly everything?: boolean; readonly seed?: number; readonly room?: (() => number) | null } = {},
  ) {
    this.#idleUs = idleUs;
    this.#processorUs = processorUs;
    this.#everything = options.everything === true;
    this.#room = this.#everything ? null : (options.room ?? null);
    this.#random = (options.seed ?? 0x9e37_79b9) | 0;
  }

  /** Share of the frequent requests that are looked at now, 0 … 1. */
  get share(): number {
    return Math.min(this.#limited ? this.#threshold / uint32Range : 1, this.#room?.() ?? 1);
  }

  /** Whether a request of this API is looked at; to be asked once a request. */
  looksAt(apiKey: number): boolean {
    if (!isFrequent(apiKey)) return true;
    this.#seen += 1;
    if (this.#limited && this.#nextRandom() >= this.#threshold) return false;
    if (this.#room !== null) {
      const room = this.#room();
      if (room < 1 && this.#nextRandom() >= room * uint32Range) return false;
    }
    this.#looked += 1;
    return true;
  }

  /** A request was looked at that the sample had left out. */
  lookedBeyond(): void {
    this.#looked += 1;
  }

  /** The inspector was at work on so many bytes from `fromUs` to `toUs`; equal when it was only forwarded. */
  spent(fromUs: number, toUs: number, lookedBytes = 0): void {
    this.#lookingUs += toUs - fromUs + lookedBytes * displacedUsPerByte;
    if (toUs - this.#windowFromUs >= windowUs) this.#weigh(toUs);
  }

  #weigh(nowUs: number): void {
    const idleUs = this.#idleUs();
    const processorUs = this.#processorUs();
    const lookingUs = this.#lookingUs;
    if (this.#coldLeft > 0 && this.#coldUsLeft > 0) {
      this.#coldLeft -= this.#seen;
      this.#coldUsLeft -= lookingUs;
    } else if (this.#windowFromUs >= 0 && !this.#everything) {
      const elapsedUs = nowUs - this.#windowFromUs;
      const busyUs = Math.max(0, elapsedUs - Math.max(0, idleUs - this.#idleFromUs));
      const starved = processorUs - this.#processorFromUs < processorShareMin * busyUs;
      const leftUs = elapsedUs - Math.max(0, busyUs - lookingUs);
      const allowedUs = starved
        ? starvedShareMin * busyUs
        : Math.max(lookingShareMin * elapsedUs, leftShareMax * leftUs);
      this.#decide(allowedUs, elapsedUs);
    }
    this.#windowFromUs = nowUs;
    this.#idleFromUs = idleUs;
    this.#processorFromUs = processorUs;
    this.#lookingUs = 0;
    this.#seen = 0;
    this.#looked = 0;
  }

  #decide(allowedUs: number, elapsedUs: number): void {
    const saved = this.#savedUs + allowedUs - this.#lookingUs;
    this.#savedUs = Math.max(0, Math.min(burstUsMax, saved));
    if (this.#looked > 0) {
      const costUs = this.#lookingUs / this.#looked;
      this.#lookCostUs = this.#lookCostUs === 0 ? costUs : this.#lookCostUs * 0.7 + costUs * 0.3;
    }
    const wholeUs = this.#lookCostUs * this.#seen;
    if (wholeUs <= allowedUs || (!this.#limited && saved > 0)) {
      this.#limited = false;
      return;
    }
    const fits = Math.max(1 / strideMax, allowedUs / wholeUs);
    // The sample grows slowly, so that one quiet window does not bring the flood back.
    const growth = 2 ** Math.min(10, elapsedUs / windowUs);
    this.#threshold = Math.ceil(
      Math.min(fits, this.#limited ? (this.#threshold / uint32Range) * growth : 1) * uint32Range,
    );
    this.#limited = true;
  }

  /** Marsaglia's xorshift: a sample in step with the traffic would see always the same client. */
  #nextRandom(): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return x >>> 0;
  }
}
