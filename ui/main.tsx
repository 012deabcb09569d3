import process from 'node:process';
import { render } from 'ink';
import type { Runtime } from '../src/runtime/runtime.ts';
import { openSurface } from './chart/open-surface.ts';
import { Controller, cadenceOf } from './controller.ts';
import { initialState } from './model/ui-state.ts';
import { clipboardSequence } from './terminal/clipboard.ts';
import { type ColourDepth, colourDepth } from './terminal/colour-depth.ts';
import { type EndingSignal, guardTerminal } from './terminal/guard.ts';
import { terminalRefusal, terminalSize } from './terminal/size.ts';
import { App } from './view/app.tsx';
import { colourTheme, monoTheme } from './view/theme.ts';

/** How the UI is opened. */
export interface TuiOptions {
  readonly fps: number;
  readonly ascii: boolean;
  readonly reducedMotion: boolean;
  readonly payload: 'show' | 'hide';
  readonly initialFilter: string;
  readonly color?: 'auto' | 'always' | 'never';
  readonly colorDepth?: ColourDepth;
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
}

/** Why the UI was left: the person quit (null), or a signal that decides the exit code. */
export interface TuiEnd {
  readonly signal: EndingSignal | null;
}

/**
 * The terminal UI over a run. Resolves when the person has quit (or a signal came), the terminal is as it was before
 * and the run was told to stop; rejects when this is no terminal.
 */
export async function openTui(runtime: Runtime, options: TuiOptions): Promise<TuiEnd> {
  const stdin = options.stdin ?? process.stdin;
  const stdout = options.stdout ?? process.stdout;
  const refusal = terminalRefusal(stdin, stdout, process.env);
  if (refusal !== null) throw new Error(refusal);

  const left = Promise.withResolvers<TuiEnd>();
  const controller = new Controller(stateFor(options, stdout), {
    runtime,
    theme: depthFor(options, stdout) === 1 ? monoTheme : colourTheme,
    cadence: cadenceOf(options.fps, options.reducedMotion),
    nowMs: () => Date.now(),
    copy: (text) => stdout.write(clipboardSequence(text)),
    redraw: () => redraw(),
    quit: () => left.resolve({ signal: null }),
    openSurface: () => openSurface(options.ascii),
  });
  const app = <App port={controller} />;
  const instance = render(app, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 30,
    patchConsole: true,
    exitOnCtrlC: false,
    interactive: true,
  });
  function redraw(): void {
    // Whatever another program left on the screen goes first; Ink then draws every row anew.
    stdout.write('\u001b[2J\u001b[H');
    instance.clear();
    instance.rerender(app);
  }
  const resized = () => controller.dispatch({ kind: 'resize', ...terminalSize(stdout, process.platform) });
  const unguard = guardTerminal(
    process,
    () => instance.unmount(),
    (signal) => left.resolve({ signal }),
  );
  // The terminal itself went away (window closed, session killed): the same as its hang-up signal, and no crash.
  const gone = () => left.resolve({ signal: 'SIGHUP' });
  stdout.on('error', gone);
  stdin.on('error', gone);
  stdout.on('resize', resized);
  resized();
  controller.start();
  // Ink ends by itself only when the tree crashed; its error is the user's to see, after the terminal is back.
  const crashed = instance.waitUntilExit().then(() => left.promise);
  try {
    return await Promise.race([left.promise, crashed]);
  } finally {
    stdout.off('resize', resized);
    controller.stop();
    instance.unmount();
    await instance.waitUntilExit().catch(() => undefined);
    unguard();
    await runtime.command({ kind: 'stop' });
  }
}

function stateFor(options: TuiOptions, stdout: NodeJS.WriteStream) {
  return initialState({
    ...terminalSize(stdout, process.platform),
    ascii: options.ascii,
    payload: options.payload,
    filter: options.initialFilter,
    nowMs: Date.now(),
  });
}

function depthFor(options: TuiOptions, stdout: NodeJS.WriteStream): ColourDepth {
  return colourDepth({
    ...(options.color === undefined ? {} : { color: options.color }),
    ...(options.colorDepth === undefined ? {} : { colorDepth: options.colorDepth }),
    env: process.env,
    streamDepth: typeof stdout.getColorDepth === 'function' ? stdout.getColorDepth() : null,
  });
}
