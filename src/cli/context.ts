import type { Runtime } from '../runtime/runtime.ts';

/** How the user interface is asked for; `ui/main.tsx` understands exactly this. */
export interface TuiOptions {
  readonly fps: number;
  readonly ascii: boolean;
  readonly reducedMotion: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly payload: 'show' | 'hide';
  readonly initialFilter: string;
  /** Where keys come from; standard input unless that carries a capture. */
  readonly stdin?: NodeJS.ReadStream;
}

/** Why the screen was left: by the person, or by a signal that the terminal or the system sent. */
export interface TuiEnd {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | null;
}

/** What the launcher hands to the commands: the outside world. Nothing below the commands knows a process. */
export interface CliContext {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens the terminal UI; loaded only when it is wanted, because `--help` and `--json` must start fast. */
  openTui(runtime: Runtime, options: TuiOptions): Promise<TuiEnd>;
  /** Exit code of the process when everything has been written. */
  exit(code: number): void;
}
