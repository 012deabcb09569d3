import { expect, test } from 'vitest';
import { describeFailure } from '../../src/proxy/connect-failure.ts';

const target = { host: 'broker', port: 9092 };

test.each([
  ['ECONNREFUSED', 'connection-refused'],
  ['ENOTFOUND', 'name-not-found'],
  ['ETIMEDOUT', 'connect-timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['EMFILE', 'too-many-open-files'],
  ['EWHATEVER', 'connect-failed'],
])('%s is %s, in a sentence that names the broker', (code, reason) => {
  const failure = describeFailure(target, code);
  expect(failure.reason).toBe(reason);
  expect(failure.message).toContain('broker');
});
