/** Stops a timer that has not fired; calling it again, or after it fired, does nothing. */
export type CancelTimer = () => void;

/** The broker's only source of time, so that tests can run session timeouts and waits in virtual time. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  after(delayMs: number, run: () => void): CancelTimer;
}

/** The clock of the running process. Timers never keep a process alive: the sockets do. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` of the given clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
