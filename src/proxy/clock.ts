const originUs = performance.timeOrigin * 1000;

/** Epoch time in microseconds from the monotonic clock: never steps back, whatever happens to the wall clock. */
export function nowUs(): number {
  return Math.round(originUs + performance.now() * 1000);
}

/** Time since its start that this thread's event loop had nothing to do, in microseconds. */
export function loopIdleUs(): number {
  return performance.eventLoopUtilization().idle * 1000;
}

/** Processor time of this thread so far, in microseconds; of the process where Node cannot tell (before 23.9). */
export function processorUs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return user + system;
}
