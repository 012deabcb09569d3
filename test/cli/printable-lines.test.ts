import { expect, test } from 'vitest';
import { printableLines } from '../../src/cli/printable-lines.ts';

test('line ends stay, what a terminal obeys is shown', () => {
  expect(printableLines('no file \u001b]0;x\u0007\n  a\rb\n    ^')).toBe('no file \\x1b]0;x\\x07\n  a\\x0db\n    ^');
  expect(printableLines('')).toBe('');
});
