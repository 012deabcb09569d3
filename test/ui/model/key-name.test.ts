import { describe, expect, it } from 'vitest';
import { type KeyFlags, keyPresses } from '../../../ui/model/key-name.ts';

const none: KeyFlags = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

function names(input: string, flags: Partial<KeyFlags> = {}): string[] {
  return keyPresses(input, { ...none, ...flags }).map((press) => press.key);
}

describe('key names', () => {
  it.each([
    ['upArrow', 'up'],
    ['downArrow', 'down'],
    ['leftArrow', 'left'],
    ['rightArrow', 'right'],
    ['pageDown', 'pgdn'],
    ['pageUp', 'pgup'],
    ['home', 'home'],
    ['end', 'end'],
    ['return', 'enter'],
    ['escape', 'esc'],
    ['tab', 'tab'],
    ['backspace', 'backspace'],
    ['delete', 'delete'],
  ] as const)('%s is %s', (flag, name) => expect(names('', { [flag]: true })).toEqual([name]));

  it('tells shifted and control keys, and esc from the key that came with it', () => {
    expect(names('', { tab: true, shift: true })).toEqual(['shift-tab']);
    expect(names('x', { ctrl: true })).toEqual(['ctrl-x']);
    expect(names('', { ctrl: true })).toEqual([]);
    expect(names('x', { meta: true })).toEqual(['esc', 'x']);
    expect(names('G', { shift: true })).toEqual(['G']);
  });

  it('splits what a fast typist or a slow link delivers in one read', () => {
    expect(names('jjk')).toEqual(['j', 'j', 'k']);
    expect(names('/api\r')).toEqual(['/', 'a', 'p', 'i', 'enter']);
    expect(names('a b\t\u007f\u001b\u0018')).toEqual(['a', 'space', 'b', 'tab', 'backspace', 'esc', 'ctrl-x']);
    expect(names('e\u0301x')).toEqual(['e\u0301', 'x']);
  });
});
