import type { Runtime } from '../src/runtime/runtime.ts';
import type { SnapshotRequest } from '../src/store/snapshot.ts';
import type { ChartSurface } from './chart/chart-surface.ts';
import { composeFrame } from './model/frame.ts';
import type { KeyPress } from './model/key-name.ts';
import { snapshotRequest } from './model/snapshot-request.ts';
import type { UiAction, UiEffect, UiState } from './model/ui-state.ts';
import { update } from './model/update.ts';
import type { AppPort } from './view/app.tsx';
import { isSameFrame, type PaintedFrame, paintFrame } from './view/painted-frame.ts';
import type { Theme } from './view/theme.ts';

/** How often the screen asks for news. */
export interface Cadence {
  readonly tickMs: number;
  /** While nothing happens. */
  readonly idleTickMs: number;
}

/** Cadence for `--ui-fps` and reduced motion. */
export function cadenceOf(fps: number, reducedMotion: boolean): Cadence {
  if (reducedMotion) return { tickMs: 500, idleTickMs: 500 };
  const tickMs = Math.round(1000 / Math.min(30, Math.max(1, fps)));
  return { tickMs, idleTickMs: Math.max(250, tickMs) };
}

/** After this long without a key or a new exchange the screen is idle. */
const idleAfterMs = 2_000;

/** What the controller does outside of itself. */
export interface ControllerPorts {
  readonly runtime: Runtime;
  readonly theme: Theme;
  readonly cadence: Cadence;
  nowMs(): number;
  copy(text: string): void;
  redraw(): void;
  quit(): void;
  openSurface(): Promise<ChartSurface>;
}

/**
 * Owns the state between keys, ticks and snapshots. One snapshot is under way at a time: a slow run is asked less
 * often, never more. A key is shown at once with what is known, then asks for what it uncovered.
 */
export class Controller implements AppPort {
  readonly #ports: ControllerPorts;
  #state: UiState;
  #frame: PaintedFrame;
  #surface: ChartSurface | null = null;
  #surfaceWanted = false;
  #changed: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asking = false;
  #askAgain = false;
  #stopped = false;
  #lastNewsMs: number;
  #lastExchanges = -1;

  constructor(state: UiState, ports: ControllerPorts) {
    this.#ports = ports;
    this.#state = state;
    this.#lastNewsMs = ports.nowMs();
    this.#frame = this.#paint();
    ports.runtime.ended.catch((error: unknown) => this.dispatch({ kind: 'failure', message: sentence(error) }));
  }

  /** The state as it is; for tests and for the last words after leaving. */
  get state(): UiState {
    return this.#state;
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#changed = changed;
    return () => {
      this.#changed = null;
    };
  };

  readonly frame = (): PaintedFrame => this.#frame;

  readonly press = (press: KeyPress): void => {
    this.#lastNewsMs = this.#ports.nowMs();
    this.dispatch({ kind: 'key', press });
  };

  readonly paste = (text: string): void => this.dispatch({ kind: 'paste', text });

  start(): void {
    this.#tick();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#surface?.close();
  }

  dispatch(action: UiAction): void {
    if (this.#stopped) return;
    const wanted = JSON.stringify(snapshotRequest(this.#state));
    const { state, effects } = update(this.#state, action);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#show();
    // Only what a person did asks at once; an answer that changes the question waits for the tick, or two answers
    // that never agree would keep the thread busy.
    const isAnswer = action.kind === 'snapshot' || action.kind === 'tick';
    const changed = JSON.stringify(snapshotRequest(this.#state)) !== wanted;
    if (changed && (!isAnswer || this.#needsMore())) this.#ask();
  }

  /** Rows on the screen that no answer has delivered yet: worth a question before the next tick. */
  #needsMore(): boolean {
    const { list, screen } = this.#state;
    return screen === 'traffic' && list.cursor !== null && list.cursorRow === null && !this.#askAgain;
  }

  #show(): void {
    const frame = this.#paint();
    if (isSameFrame(frame, this.#frame)) return;
    this.#frame = frame;
    this.#changed?.();
  }

  #paint(): PaintedFrame {
    const frame = composeFrame(this.#state);
    if (frame.charts !== null && this.#surface === null) this.#loadSurface();
    return paintFrame(frame, this.#ports.theme, this.#state.glyphs, this.#surface);
  }

  #loadSurface(): void {
    if (this.#surfaceWanted) return;
    this.#surfaceWanted = true;
    this.#ports.openSurface().then(
      (surface) => {
        this.#surface = surface;
        if (this.#stopped) surface.close();
        else this.#show();
      },
      (error: unknown) => this.dispatch({ kind: 'say', text: `no charts: ${sentence(error)}`, role: 'warn' }),
    );
  }

  #tick(): void {
    if (this.#stopped) return;
    const nowMs = this.#ports.nowMs();
    this.dispatch({ kind: 'tick', nowMs });
    this.#ask();
    const exchanges = this.#state.title?.exchanges ?? 0;
    if (exchanges !== this.#lastExchanges) this.#lastNewsMs = nowMs;
    this.#lastExchanges = exchanges;
    const { tickMs, idleTickMs } = this.#ports.cadence;
    this.#timer = setTimeout(() => this.#tick(), nowMs - this.#lastNewsMs > idleAfterMs ? idleTickMs : tickMs);
  }

  #ask(): void {
    if (this.#stopped) return;
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    const request = snapshotRequest(this.#state);
    this.#answer(request).catch((error: unknown) => this.dispatch({ kind: 'failure', message: sentence(error) }));
  }

  async #answer(request: SnapshotRequest): Promise<void> {
    try {
      const snapshot = await this.#ports.runtime.snapshot(request);
      this.dispatch({ kind: 'snapshot', snapshot, request });
    } finally {
      this.#asking = false;
    }
    if (!this.#askAgain) return;
    this.#askAgain = false;
    this.#ask();
  }

  #perform(effect: UiEffect): void {
    switch (effect.kind) {
      case 'runtime':
        this.#ports.runtime
          .command(effect.command)
          .catch((error: unknown) => this.dispatch({ kind: 'say', text: sentence(error), role: 'error' }));
        return;
      case 'copy':
        this.#ports.copy(effect.text);
        return;
      case 'redraw':
        this.#ports.redraw();
        return;
      case 'quit':
        this.#ports.quit();
        return;
      default:
        effect satisfies never;
    }
  }
}

/** An error as a sentence for a person. */
function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
