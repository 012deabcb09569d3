import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** A program under a pseudo terminal, and the terminal a person would look at. */
export interface PtyScreen {
  /** Visible rows, blanks at the right cut off. */
  rows(): string[];
  /** Waits until the screen (all rows joined) fits; fails with the screen as it was. */
  until(wanted: RegExp, what?: string): Promise<string>;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  signal(name: string): void;
  /** Exit code and signal, when the program has ended. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number }>;
  /** Titles set, clipboard writes asked for, and everything the program wrote. */
  readonly seen: { readonly titles: string[]; readonly clipboard: string[]; output: string };
  /** Is the alternate screen shown? */
  isAlternate(): boolean;
  close(): void;
}

const waitMs = 45_000;

/** Starts `file` with `args` on a terminal of that size. */
export function openPty(
  file: string,
  args: readonly string[],
  options: { columns: number; rows: number; cwd: string; env?: Record<string, string> },
): PtyScreen {
  const terminal = new xterm.Terminal({
    cols: options.columns,
    rows: options.rows,
    allowProposedApi: true,
    scrollback: 500,
  });
  const seen = { titles: [] as string[], clipboard: [] as string[], output: '' };
  terminal.onTitleChange((title) => seen.titles.push(title));
  terminal.parser.registerOscHandler(52, (data) => {
    seen.clipboard.push(data);
    return true;
  });
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
  const child = spawn(file, [...args], {
    name: 'xterm-256color',
    cols: options.columns,
    rows: options.rows,
    cwd: options.cwd,
    env: { ...inherited, NODE_ENV: 'production', TZ: 'UTC', LANG: 'C.UTF-8', ...options.env },
  });
  let waiting: (() => void)[] = [];
  child.onData((data) => {
    seen.output += data;
    terminal.write(data, () => {
      for (const wake of waiting.splice(0)) wake();
    });
  });
  let isOver = false;
  const ended = new Promise<{ exitCode: number; signal: number }>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      isOver = true;
      terminal.write('', () => {
        resolve({ exitCode, signal: signal ?? 0 });
        for (const wake of waiting.splice(0)) wake();
      });
    });
  });
  // What the terminal answers (device attributes and the like) goes back to the program.
  terminal.onData((data) => {
    if (!isOver) child.write(data);
  });
  const rows = () => {
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_value, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  };
  return {
    rows,
    seen,
    ended,
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    type: (keys) => child.write(keys),
    signal: (name) => child.kill(name),
    resize(columns, wantedRows) {
      terminal.resize(columns, wantedRows);
      child.resize(columns, wantedRows);
    },
    close() {
      waiting = [];
      if (!isOver) child.kill('SIGKILL');
      terminal.dispose();
    },
    async until(wanted, what = String(wanted)) {
      const deadline = Date.now() + waitMs;
      for (;;) {
        const screen = rows().join('\n');
        if (wanted.test(screen)) return screen;
        if (Date.now() > deadline || isOver) throw new Error(`never saw ${what} on the screen:\n${screen}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 200);
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
  };
}
