import { composeFrame, type Frame } from '../../ui/model/frame.ts';
import { lineText } from '../../ui/model/line.ts';
import { snapshotRequest } from '../../ui/model/snapshot-request.ts';
import { initialState, type UiAction, type UiEffect, type UiState } from '../../ui/model/ui-state.ts';
import { update } from '../../ui/model/update.ts';
import { type FakeOptions, FakeRuntime } from './fake-runtime.ts';

/** A person before the model: presses keys, waits until the run has answered, reads the rows. No terminal, no React. */
export class UiSession {
  readonly runtime: FakeRuntime;
  readonly effects: UiEffect[] = [];
  state: UiState;
  nowMs = 1_000;

  constructor(columns = 120, rows = 36, options: Partial<FakeOptions> & { ascii?: boolean; filter?: string } = {}) {
    this.runtime = new FakeRuntime({ exchanges: 500, perSecond: 0, nowMs: () => this.nowMs, ...options });
    const state = initialState({
      columns,
      rows,
      ascii: options.ascii === true,
      payload: 'hide',
      filter: options.filter ?? '',
      nowMs: this.nowMs,
    });
    this.state = { ...state, timeFormat: 'utc' };
  }

  act(action: UiAction): this {
    const { state, effects } = update(this.state, action);
    this.state = state;
    this.effects.push(...effects);
    return this;
  }

  /** Keys by their names, one after the other, without an answer in between. */
  press(...keys: string[]): this {
    for (const key of keys)
      this.act({ kind: 'key', press: { key, text: [...key].length === 1 ? key : key === 'space' ? ' ' : '' } });
    return this;
  }

  /** Types a text into whatever is open. */
  type(text: string): this {
    return this.press(...Array.from(text, (character) => (character === ' ' ? 'space' : character)));
  }

  /** Keys, each answered by the run. */
  async keys(...keys: string[]): Promise<this> {
    for (const key of keys) await this.press(key).settle();
    return this;
  }

  /** Performs what was asked of the run, then asks until the screen wants nothing new. */
  async settle(): Promise<this> {
    for (const effect of this.effects) if (effect.kind === 'runtime') await this.runtime.command(effect.command);
    for (let round = 0; round < 6; round += 1) {
      const request = snapshotRequest(this.state);
      const snapshot = await this.runtime.snapshot(request);
      this.act({ kind: 'snapshot', snapshot, request });
      if (JSON.stringify(snapshotRequest(this.state)) === JSON.stringify(request)) break;
    }
    return this;
  }

  frame(): Frame {
    return composeFrame(this.state);
  }

  /** The screen as text, row by row. */
  text(): string[] {
    const frame = this.frame();
    return [frame.title, frame.tabs, ...frame.body, frame.bar, frame.hints].map((row) => lineText(row).trimEnd());
  }
}
