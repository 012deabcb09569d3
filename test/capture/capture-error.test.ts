import { expect, it } from 'vitest';
import { CaptureError } from '../../src/capture/capture-error.ts';

it('carries a stable code, a sentence, the offset and the cause', () => {
  const cause = new Error('below');
  const error = new CaptureError('KS_CAPTURE_DAMAGED', 'the block is damaged', { offset: 24, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'CaptureError', code: 'KS_CAPTURE_DAMAGED', offset: 24, cause });
  expect(new CaptureError('KS_CAPTURE_EMPTY', 'empty')).toMatchObject({ offset: null });
  expect('cause' in new CaptureError('KS_CAPTURE_EMPTY', 'empty')).toBe(false);
});
