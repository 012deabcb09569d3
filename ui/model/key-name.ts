import { graphemes } from './text-width.ts';

/** The part of Ink's key object that names a key; plain data, so that the model needs no Ink. */
export interface KeyFlags {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

/** A key press: its name as the keymap spells it, and the text it types ('' for keys that type nothing). */
export interface KeyPress {
  readonly key: string;
  readonly text: string;
}

/**
 * Key presses of one input event. A fast typist, a slow link or a test delivers several characters in one read, and
 * Ink hands them over as one text: each is a press of its own.
 */
export function keyPresses(input: string, flags: KeyFlags): KeyPress[] {
  const special = specialKey(flags);
  if (special !== null) return [{ key: special, text: '' }];
  if (flags.ctrl) return input === '' ? [] : [{ key: `ctrl-${input === ' ' ? 'space' : input}`, text: '' }];
  const presses = graphemes(input).map(characterPress);
  // No key here needs alt, but over a slow link esc and the next key arrive together and look like it.
  return flags.meta ? [{ key: 'esc', text: '' }, ...presses] : presses;
}

function specialKey(flags: KeyFlags): string | null {
  if (flags.upArrow) return 'up';
  if (flags.downArrow) return 'down';
  if (flags.leftArrow) return 'left';
  if (flags.rightArrow) return 'right';
  if (flags.pageDown) return 'pgdn';
  if (flags.pageUp) return 'pgup';
  if (flags.home) return 'home';
  if (flags.end) return 'end';
  if (flags.return) return 'enter';
  if (flags.escape) return 'esc';
  if (flags.tab) return flags.shift ? 'shift-tab' : 'tab';
  if (flags.backspace) return 'backspace';
  if (flags.delete) return 'delete';
  return null;
}

function characterPress(character: string): KeyPress {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0d || code === 0x0a) return { key: 'enter', text: '' };
  if (code === 0x09) return { key: 'tab', text: '' };
  if (code === 0x1b) return { key: 'esc', text: '' };
  if (code === 0x7f || code === 0x08) return { key: 'backspace', text: '' };
  if (code < 0x20) return { key: `ctrl-${String.fromCharCode(code + 0x60)}`, text: '' };
  return { key: character === ' ' ? 'space' : character, text: character };
}
