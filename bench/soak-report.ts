/** Resident memory of a process at one moment of a soak. */
export interface ResidentSample {
  /** Seconds since the load began. */
  readonly atSeconds: number;
  /** 10^6 bytes. */
  readonly megabytes: number;
}

/** The minutes at which a soak of that length shows its memory: 1, each fifth, and the end. */
export function marksOf(minutes: number): number[] {
  const marks = [1];
  for (let mark = 5; mark < minutes; mark += 5) marks.push(mark);
  return [...marks.filter((mark) => mark < minutes), minutes];
}

/** The last sample not behind `minutes`; NaN when there is none. */
export function residentAt(samples: readonly ResidentSample[], minutes: number): number {
  return samples.findLast(({ atSeconds }) => atSeconds <= minutes * 60)?.megabytes ?? Number.NaN;
}

/**
 * Megabytes a minute by least squares over the second half, where buffers are warm and history is full: about zero
 * when memory stands, and what a leak would cost a night otherwise. NaN for fewer than two moments.
 */
export function slopePerMinute(samples: readonly ResidentSample[]): number {
  const halfSeconds = (samples.at(-1)?.atSeconds ?? 0) / 2;
  const late = samples.filter(({ atSeconds }) => atSeconds >= halfSeconds);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanSeconds = mean(late.map(({ atSeconds }) => atSeconds));
  const meanMegabytes = mean(late.map(({ megabytes }) => megabytes));
  let covariance = 0;
  let variance = 0;
  for (const { atSeconds, megabytes } of late) {
    covariance += (atSeconds - meanSeconds) * (megabytes - meanMegabytes);
    variance += (atSeconds - meanSeconds) ** 2;
  }
  return (covariance / variance) * 60;
}
