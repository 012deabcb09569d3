import type { ReplayAction } from '../../src/runtime/runtime.ts';
import type { ReplayClockFace } from '../../src/store/snapshot.ts';
import type { KeyPress } from './key-name.ts';
import type { CommandName } from './keymap.ts';
import { seekTarget } from './seek-target.ts';
import { editKey, insertText, textField } from './text-field.ts';
import { type Overlay, say, still, type UiState, type Update } from './ui-state.ts';

/** Speeds that faster and slower go through; the last is as fast as the capture can be read. */
const speeds: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 100, Number.POSITIVE_INFINITY];

/** A speed in words. */
export function speedText(speed: number): string {
  return speed === Number.POSITIVE_INFINITY ? 'max' : `x${speed}`;
}

/** A command of the replay's clock, by a key or the palette. */
export function replayCommand(state: UiState, command: CommandName): Update {
  const clock = state.title?.replay ?? null;
  if (clock === null) return still(say(state, 'only a capture has a clock to move; this traffic is live', 'warn'));
  switch (command) {
    case 'replay.toggle':
      return clock.playing ? act(state, { kind: 'pause' }, 'paused') : act(state, { kind: 'play' }, 'playing');
    case 'replay.step':
      return act(state, { kind: 'step' }, 'on to the next exchange');
    case 'replay.faster':
      return setSpeed(state, clock, 1);
    case 'replay.slower':
      return setSpeed(state, clock, -1);
    case 'replay.seek':
      return still({ ...state, overlay: { kind: 'seek', query: textField(), error: null } });
    default:
      return still(state);
  }
}

/** A key while the place to go to is typed. */
export function seekKey(state: UiState, overlay: Extract<Overlay, { kind: 'seek' }>, press: KeyPress): Update {
  const closed = { ...state, overlay: null };
  if (press.key === 'esc' || press.key === 'ctrl-c') return still(closed);
  if (press.key === 'enter') {
    if (overlay.query.text.trim() === '') return still(closed);
    const target = seekTarget(overlay.query.text, state.title?.replay ?? null, state.timeFormat === 'utc');
    if (typeof target === 'string') return still({ ...state, overlay: { ...overlay, error: target } });
    return act(closed, { kind: 'seek', toUs: target.toUs }, `on the way to ${overlay.query.text.trim()}`);
  }
  const query = press.text === '' ? editKey(overlay.query, press.key) : insertText(overlay.query, press.text);
  return still(query === null ? state : { ...state, overlay: { ...overlay, query, error: null } });
}

function setSpeed(state: UiState, clock: ReplayClockFace, by: number): Update {
  const at = speeds.findIndex((speed) => speed >= clock.speed);
  const speed = speeds[Math.min(Math.max(at + by, 0), speeds.length - 1)] ?? 1;
  return act(state, { kind: 'speed', speed }, `speed ${speedText(speed)}`);
}

function act(state: UiState, action: ReplayAction, words: string): Update {
  return { state: say(state, words), effects: [{ kind: 'runtime', command: { kind: 'replay', action } }] };
}
