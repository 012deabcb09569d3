/** Epoch microseconds now, from the monotonic clock, so that a step of the wall clock bends no latency. */
export function nowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
