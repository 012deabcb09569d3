import { expect, test } from 'vitest';
import { ProxyError } from '../../src/proxy/proxy-error.ts';

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
