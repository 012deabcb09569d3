import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clipboardSequence } from '../../../ui/terminal/clipboard.ts';
import { escapeCharacter } from '../../support/ansi.ts';

const pattern = new RegExp(`^${escapeCharacter}\\]52;c;([A-Za-z0-9+/=]*)${String.fromCharCode(7)}$`);

it('carries any text and ends only at its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const match = pattern.exec(clipboardSequence(text));
      expect(Buffer.from(match?.[1] ?? '!', 'base64').toString('utf8')).toBe(text.toWellFormed());
    }),
  );
});
