import { expect, it } from 'vitest';
import { colourDepth } from '../../../ui/terminal/colour-depth.ts';

const base = { env: {}, streamDepth: 8 };

it.each([
  ['what the terminal can', base, 4],
  ['a terminal without colours', { ...base, streamDepth: 1 }, 1],
  ['a stream that cannot tell', { ...base, streamDepth: null }, 4],
  ['NO_COLOR', { ...base, env: { NO_COLOR: '1' } }, 1],
  ['an empty NO_COLOR, which says nothing', { ...base, env: { NO_COLOR: '' } }, 4],
  ['FORCE_COLOR before NO_COLOR', { ...base, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, 4],
  ['FORCE_COLOR=0', { ...base, env: { FORCE_COLOR: '0' } }, 1],
  ['--color never before all', { ...base, color: 'never' as const, env: { FORCE_COLOR: '1' } }, 1],
  ['--color always', { ...base, color: 'always' as const, streamDepth: 1, env: { NO_COLOR: '1' } }, 4],
  ['a depth chosen by the caller', { ...base, colorDepth: 24 as const }, 24],
] as const)('colours follow %s', (_, choice, depth) => expect(colourDepth(choice)).toBe(depth));
