const originUs = performance.timeOrigin * 1000;

/** Epoch time in microseconds from the monotonic clock: never steps back, whatever happens to the wall clock. */
export function nowUs(): number {
  return Math.round(originUs + performance.now() * 1000);
}
