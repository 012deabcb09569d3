import { expect, test } from 'vitest';
import { ProxyError, systemErrorCode } from '../../src/proxy/proxy-error.ts';

test('a ProxyError keeps its code, sentence and cause', () => {
  const cause = new Error('listen EADDRINUSE');
  const error = new ProxyError('port-in-use', 'Cannot listen.', { cause });
  expect([error.code, error.message, error.cause, error.name]).toEqual([
    'port-in-use',
    'Cannot listen.',
    cause,
    'ProxyError',
  ]);
});

test('systemErrorCode reads codes from whatever was thrown', () => {
  expect(systemErrorCode(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  for (const thrown of [null, undefined, 'text', 3, {}, { code: 5 }]) expect(systemErrorCode(thrown)).toBe('');
});
