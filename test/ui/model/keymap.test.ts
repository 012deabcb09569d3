import { describe, expect, it } from 'vitest';
import { actsIn, bindings, commandForKey, type Focus, keymapMarkdown, keysText } from '../../../ui/model/keymap.ts';

const panes: readonly Focus[] = ['list', 'tree', 'hex', 'overview'];

describe('keymap', () => {
  it('gives a key one meaning in a pane', () => {
    for (const pane of panes) {
      const keys = bindings.filter((binding) => actsIn(binding, pane)).flatMap((binding) => binding.keys);
      expect(new Set(keys).size, pane).toBe(keys.length);
    }
  });

  it('names every command once in a place and explains it', () => {
    for (const binding of bindings) {
      expect(binding.help.length, binding.command).toBeGreaterThanOrEqual(10);
      expect(binding.help.length, binding.command).toBeLessThanOrEqual(60);
    }
    expect(new Set(bindings.map((binding) => binding.command)).size).toBe(bindings.length);
  });

  it('dispatches by pane', () => {
    expect(commandForKey('list', 'enter')).toBe('exchange.open');
    expect(commandForKey('tree', 'enter')).toBe('tree.toggle');
    expect(commandForKey('overview', 'enter')).toBe('table.open');
    expect(commandForKey('hex', 'l')).toBe('byte.next');
    expect(commandForKey('list', 'f12')).toBeNull();
  });

  it('gets a person out of everywhere', () => {
    for (const pane of panes) {
      expect(commandForKey(pane, 'ctrl-c')).toBe('app.quit');
      expect(commandForKey(pane, 'esc')).toBe('app.back');
      expect(commandForKey(pane, '?')).toBe('help.show');
    }
  });

  it('needs no alt and no function key', () => {
    for (const key of bindings.flatMap((binding) => binding.keys)) expect(key).not.toMatch(/^(alt-|f\d)/);
  });

  it('prints itself for the manual', () => {
    expect(keymapMarkdown()).toContain('| `j` `down` | everywhere | one row down | `move.down` |');
    expect(keymapMarkdown().split('\n')).toHaveLength(bindings.length + 3);
    expect(keysText(bindings[0] ?? { command: 'app.quit', keys: [], focus: 'any', help: '' })).toBe('j, down');
  });
});
