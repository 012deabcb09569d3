import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseCount, parseDurationMs, parseSize } from '../../src/cli/quantities.ts';

describe('quantities of flags', () => {
  it.each([
    ['256MiB', 256 * 1024 * 1024],
    ['64k', 64_000],
    ['1.5GB', 1_500_000_000],
    ['1000', 1000],
  ])('reads the size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each([
    ['10s', 10_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['0.5s', 500],
  ])('reads the duration %s', (text, milliseconds) => expect(parseDurationMs(text)).toBe(milliseconds));

  it.each(['10', 's', '-5s', '10 parsecs', ''])('refuses the duration %j', (text) => {
    expect(() => parseDurationMs(text)).toThrow(InvalidArgumentError);
  });

  it.each(['lots', '-1', '5XB', ''])('refuses the size %j', (text) => {
    expect(() => parseSize(text)).toThrow(InvalidArgumentError);
  });

  it('keeps counts inside their bounds', () => {
    const parse = parseCount(1, 30);
    expect(parse('30')).toBe(30);
    for (const text of ['0', '31', '1.5', 'x', '']) expect(() => parse(text)).toThrow(InvalidArgumentError);
  });
});
