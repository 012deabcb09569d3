import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/cli-error.ts';
import { sourceFailure } from '../../src/cli/source-failure.ts';

const failed = (code: string) => Object.assign(new Error('what, where, what next'), { code });

describe('sourceFailure', () => {
  it.each([
    ['KS_CAPTURE_EMPTY', 3],
    ['KS_CAPTURE_UNKNOWN_FORMAT', 3],
    ['KS_CAPTURE_NOT_FOUND', 1],
    ['upstream-unreachable', 4],
    ['port-in-use', 1],
    ['whatever', 1],
  ])('%s ends with exit code %i and its own sentence', (code, exit) => {
    expect(sourceFailure(failed(code))).toMatchObject({ code: exit, message: 'what, where, what next' });
  });

  it('leaves an error of the command line alone', () => {
    const error = new CliError('as it is', 2);
    expect(sourceFailure(error)).toBe(error);
  });
});
