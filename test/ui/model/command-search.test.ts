import { describe, expect, it } from 'vitest';
import { fuzzyScore, overlayCommands } from '../../../ui/model/command-search.ts';
import { bindings, type Focus } from '../../../ui/model/keymap.ts';
import { textField } from '../../../ui/model/text-field.ts';

function best(kind: 'help' | 'palette', query: string, focus: Focus = 'list'): string | undefined {
  return overlayCommands({ kind, query: textField(query), index: 0 }, focus)[0]?.command;
}

describe('fuzzy search', () => {
  it('wants the letters in order', () => {
    expect(fuzzyScore('frz', 'list.freeze')).not.toBeNull();
    expect(fuzzyScore('zrf', 'list.freeze')).toBeNull();
    expect(fuzzyScore('', 'anything')).toBe(0);
  });

  it('prefers whole words to scattered letters', () => {
    expect(fuzzyScore('mark', 'exchange.mark') ?? 0).toBeGreaterThan(
      fuzzyScore('mark', 'move.halfPageUp and rock') ?? 0,
    );
  });
});

describe('commands of an overlay', () => {
  it.each([
    ['freeze', 'list.freeze'],
    ['fre', 'list.freeze'],
    ['q', 'app.quit'],
    ['quit', 'app.quit'],
    ['clear hist', 'history.clear'],
    ['zoom', 'pane.zoom'],
    ['ctrl-x', 'filter.toggle'],
    ['clipboard', 'copy.value'],
  ])('%s finds %s', (query, command) => expect(best('palette', query)).toBe(command));

  it('lists in help all keys, those of the pane first', () => {
    const all = overlayCommands({ kind: 'help', query: textField(), index: 0 }, 'hex');
    expect(all).toHaveLength(bindings.length);
    expect(all.slice(0, 2).map((binding) => binding.command)).toContain('byte.next');
    expect(all.at(-1)?.focus).not.toBe('any');
  });

  it('offers in the palette only what acts here', () => {
    const offered = overlayCommands({ kind: 'palette', query: textField(), index: 0 }, 'overview');
    expect(offered.map((binding) => binding.command)).not.toContain('tree.expand');
  });

  it('finds nothing for nonsense', () => {
    expect(best('palette', 'xyzzy')).toBeUndefined();
  });
});
