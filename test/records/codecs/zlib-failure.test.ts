import { describe, expect, it } from 'vitest';
import { zlibFailure } from '../../../src/records/codecs/zlib-failure.ts';
import { RecordsFailure } from '../../../src/records/record-limits.ts';

const withCode = (code: string) => Object.assign(new Error('as zlib says'), { code });

describe('zlibFailure', () => {
  it.each([
    ['ERR_BUFFER_TOO_LARGE', 'limit'],
    ['Z_BUF_ERROR', 'truncated'],
    ['Z_DATA_ERROR', 'bad-compression'],
    ['ZSTD_error_corruption_detected', 'bad-compression'],
  ])('turns %s into %s', (code, expected) => {
    const failure = zlibFailure(withCode(code), 'gzip', 10);
    expect(failure).toBeInstanceOf(RecordsFailure);
    expect(failure).toMatchObject({ code: expected });
  });

  it('leaves what is no fault of the input as it is', () => {
    for (const error of [new TypeError('ours'), withCode('ERR_INVALID_ARG_TYPE'), 'thrown']) {
      expect(zlibFailure(error, 'zstd', 10)).toBe(error);
    }
  });
});
