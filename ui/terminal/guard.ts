/** Signals that end the program; the terminal is given back before anything else happens. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type EndingSignal = (typeof endingSignals)[number];

/** The process as far as the guard needs it; a test hands in its own. */
export interface GuardedProcess {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/**
 * Gives the terminal back whatever happens. `restore` runs before Node prints an uncaught exception (the monitor
 * event comes first) and at exit; a signal asks the UI to end. Returns what takes the guard off again.
 */
export function guardTerminal(
  guarded: GuardedProcess,
  restore: () => void,
  onSignal: (signal: EndingSignal) => void,
): () => void {
  const listeners: [event: string, listener: (...args: unknown[]) => void][] = [
    ['uncaughtExceptionMonitor', () => restore()],
    ['exit', () => restore()],
    ...endingSignals.map((signal): [string, () => void] => [signal, () => onSignal(signal)]),
  ];
  for (const [event, listener] of listeners) guarded.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) guarded.off(event, listener);
  };
}
